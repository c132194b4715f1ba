// A seccomp profile as the OCI runtime specification writes it at /linux/seccomp, as values.
//
//   {"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64"],
//    "syscalls": [{"names": ["read", "write"], "action": "SCMP_ACT_ALLOW"},
//                 {"names": ["personality"], "action": "SCMP_ACT_ALLOW",
//                  "args": [{"index": 0, "value": 0, "op": "SCMP_CMP_EQ"}]}]}
//
// The zero Profile kills a process at its first call; Profile::unconfined() is no filter at all. How
// profiles compare is said in order.h, their meet in meet.h.
//
// Sources: the runtime specification's config-linux.md, "Seccomp"; libcontainer/seccomp of runc for what the
// words do; seccomp(2) for the order of the actions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/doc/value.h"
#include "core/lattice/lattice.h"

namespace hardened::seccomp {

// Strictest first, in the order in which the kernel chooses between stacked filters (seccomp(2),
// "Filters … the first-seen action value of highest precedence"). SCMP_ACT_KILL is kill_thread.
enum class Action : std::uint8_t { kill_process, kill_thread, trap, error, notify, trace, log, allow };
[[nodiscard]] std::string_view name(Action action);  // "SCMP_ACT_ERRNO"
[[nodiscard]] std::optional<Action> action_named(std::string_view name);

// An action with what it says to the caller: an errno, or the number for a tracer; 0 for the others.
// What a denied call is told is no power, so the order looks at the action alone.
struct Answer {
  Action action = Action::kill_process;
  std::uint16_t code = 0;
  friend bool operator==(const Answer&, const Answer&) = default;
};
// What runc makes of an action and its errnoRet: EPERM where none is given.
[[nodiscard]] Answer answer(Action action, std::optional<std::uint16_t> code);
inline constexpr std::uint16_t kEperm = 1;
inline constexpr std::uint16_t kEnosys = 38;

enum class Compare : std::uint8_t {
  not_equal,
  less,
  less_or_equal,
  equal,
  greater_or_equal,
  greater,
  masked_equal,  // (argument & value) == (value_two & value)
};
[[nodiscard]] std::string_view name(Compare op);  // "SCMP_CMP_EQ"
[[nodiscard]] std::optional<Compare> compare_named(std::string_view name);

inline constexpr unsigned kArguments = 6;

struct Condition {
  unsigned index = 0;  // below kArguments
  Compare op = Compare::equal;
  std::uint64_t value = 0;
  std::uint64_t value_two = 0;
  friend bool operator==(const Condition&, const Condition&) = default;
};

// All conditions must hold; where two of them look at one argument, runc makes each of them a rule of
// its own (and thereby an "or").
struct Rule {
  std::vector<std::string> names;
  Answer answer;
  std::vector<Condition> conditions;
  friend bool operator==(const Rule&, const Rule&) = default;
};

enum class Architecture : std::uint8_t {
  x86_64,
  x86,
  x32,
  aarch64,
  arm,
  mips,
  mips64,
  mips64n32,
  mipsel,
  mipsel64,
  mipsel64n32,
  ppc,
  ppc64,
  ppc64le,
  riscv64,
  s390,
  s390x,
  loongarch64,
};
[[nodiscard]] std::string_view name(Architecture architecture);  // "SCMP_ARCH_X86_64"
[[nodiscard]] std::optional<Architecture> architecture_named(std::string_view name);
// The name that libseccomp's Go binding and the filters of Docker's format use: "amd64".
[[nodiscard]] std::string_view short_name(Architecture architecture);
// What uname(2) calls it: "x86_64". The byte order of mips is that of this program.
[[nodiscard]] std::optional<Architecture> architecture_of_machine(std::string_view machine);

struct Profile {
  bool confined = true;                     // false: no filter at all; the rest is then as in the zero value
  Architecture own = Architecture::x86_64;  // the machine's
  Answer fallback;                          // defaultAction
  // The architectures of the filter beside the machine's own, which libseccomp puts into every filter.
  std::vector<Architecture> foreign;
  // Is the machine's own in the list as well? Only for a listed one does runc answer ENOSYS to calls
  // that are newer than all that the profile names.
  bool own_listed = false;
  // Absent is not empty: where the key is absent runc adds SECCOMP_FILTER_FLAG_SPEC_ALLOW.
  std::optional<std::vector<std::string>> flags = std::vector<std::string>{};
  std::string listener_path;
  std::string listener_metadata;
  std::vector<Rule> rules;

  [[nodiscard]] static Profile unconfined();
};

// Does a process under it go without the kernel's speculative store bypass mitigation?
[[nodiscard]] bool allows_speculation(const Profile& profile);
// Does it hand calls to a process outside of the container?
[[nodiscard]] bool notifies(const Profile& profile);
// The same words in the same order; equality of meaning is == in order.h.
[[nodiscard]] bool identical(const Profile& a, const Profile& b);

// The section as the specification writes it; `own` is the machine's architecture. Unconfined is null.
[[nodiscard]] doc::Value write(const Profile& profile, Architecture own);

}  // namespace hardened::seccomp
