// What a meet of two profiles must say at one call, by three readings of a profile that know nothing of each other:
// the words (seccomp_model.h), the program that libseccomp makes of them (seccomp_compile.h), the kernel.
//
//   const Judged judged = judge({asked, ceiling, granted}, vector by vector …)
//
// Demand::exact says what the meet is: the stricter action, call by call, in the kernel's order; both ERRNO: the
// request's errno, unless the request has no rule for the call and the ceiling's rule says ENOSYS. Three cases ask for
// less, each because nothing more can be said:
//   * contested: two rules of different actions of one profile match the call, and which one libseccomp takes
//     depends on its tree. Not above the mildest of either side, and not above what their programs say.
//   * an architecture that a side lacks: killed, by either kind of killing, since libseccomp kills the thread.
//   * beyond the newest name: runc's stub answers ENOSYS before a filter whose fallback would kill, so a
//     rule for a newer call moves the stub for those in between. Not above; the errno is free.
// Demand::never_above is the half that holds for every lower bound.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "profiles/seccomp/profile.h"
#include "tests/support/seccomp_compile.h"
#include "tests/support/seccomp_dice.h"
#include "tests/support/seccomp_model.h"

namespace hardened::test {

enum class Demand { never_above, exact };

struct Three {
  seccomp::Profile asked;
  seccomp::Profile ceiling;
  seccomp::Profile granted;
  std::vector<std::string> below;  // calls for which OCI has no words for the exact meet
};

// What the three answered to one call.
struct Answers {
  Verdicts asked;
  Verdicts ceiling;
  Verdicts granted;
};

class Judge {
 public:
  // Keeps a reference to the profiles.
  Judge(Demand demand, const Three& three);

  // "" or what is wrong. The answers may be the words' own (by_words), a program's or the kernel's.
  [[nodiscard]] std::string objection(const Call& call, const Answers& answers) const;
  // For a call that is not canonical: it must get what its canonical one gets.
  [[nodiscard]] std::string objection(const Call& call, const Verdicts& plain, const Verdicts& high) const;
  // Is the very meet demanded at this call?
  [[nodiscard]] bool is_exact(const Call& call) const;
  [[nodiscard]] Answers by_words(const Call& call) const;

 private:
  [[nodiscard]] bool is_loose(const Call& call) const;
  [[nodiscard]] bool is_cut(const Call& call) const;
  [[nodiscard]] bool is_stubbed(const Call& call) const;
  [[nodiscard]] bool is_stubbed_anywhere(const Call& call) const;
  [[nodiscard]] std::vector<std::uint16_t> codes(const Call& call, const Answers& answers) const;

  Demand demand_;
  const Three* three_;
  Words asked_;
  Words ceiling_;
  Words granted_;
};

// The three programs.
class Programs {
 public:
  explicit Programs(const Three& three);

  // Does libseccomp take both inputs? If not, runc refuses them, and there is nothing to compare with.
  [[nodiscard]] bool inputs_compile() const { return asked_.has_value() && ceiling_.has_value(); }
  [[nodiscard]] bool compiles() const { return inputs_compile() && granted_.has_value(); }
  [[nodiscard]] Answers of(const Call& call) const;
  [[nodiscard]] const Program& asked() const { return *asked_; }
  [[nodiscard]] const Program& ceiling() const { return *ceiling_; }
  [[nodiscard]] const Program& granted() const { return *granted_; }

 private:
  std::optional<Program> asked_;
  std::optional<Program> ceiling_;
  std::optional<Program> granted_;
};

// Does the program say what the words say? If not, a known defect of libseccomp 2.5.4 must be why.
[[nodiscard]] bool agrees(const Verdicts& words, const seccomp::Answer& program);
// The defect of libseccomp 2.5.4 that a profile may trip at a call, or "": only ever asked of inputs whose program is
// not what their words say; a meet must trip none. Both measured:
//   * "a call without a number stands first": the code for a call that has no number on an architecture is left
//     out, and if it was the first (those without conditions are), so is the load of the number: all rules of that
//     architecture are lost. Not on x86_64, which loads it for a check of its own, unless x32 is there too.
//     ({fcntl64: trace, read: trap on a condition} on aarch64)
//   * "several conditions, not all of them equal or masked equal": the tree that libseccomp makes of the conditions
//     of one call holds for == and masked equal (400,000 drawn calls without one mistake), and not where !=, <, <=,
//     > or >= stand among others: leaves are lost, or reached by another way. (chmod: allow if 0 is > 0x80000000,
//     log if 0 is >= 0x10000 and 2 is >= 0x20000. It fails open, too: on x86 clone, allow if 0 is < 0x80000000
//     and 2 is < 0x7fffffff, allow if 0 is >= 40, lets 39 through.)
// A third one has no program at all: where two rules of one call begin with the same <, <=, >=, > or != on 64 bits and
// go on with others, adding the second never ends. {1 < 3, 2 == 4} beside {1 < 3, 3 == 4} is enough; == and
// masked equal are safe.
[[nodiscard]] std::string known_defect(const seccomp::Profile& profile, const Call& call);

[[nodiscard]] std::string text_of(const Verdicts& verdicts);
[[nodiscard]] std::string text_of(const Three& three);

}  // namespace hardened::test
