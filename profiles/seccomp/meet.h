// What remains of a requested profile below a ceiling: for each architecture, call and vector of arguments the
// stricter action of the two, in the kernel's order.
//
//   const Profile granted = meet(asked, ceiling, Architecture::x86_64);
//
//   leq(granted, asked) and leq(granted, ceiling)      always a lower bound of both
//   leq(asked, ceiling) implies identical(granted, asked)
//   meet(granted, ceiling, own) is granted
//
// Exact on canonical vectors (views.h), but for the calls that Lowered::below names. On all other vectors
// the result does what it does on the canonical one: its conditions look at what the kernel reads, nothing else.
//
// Errno: where both deny with one, the request's stays; but a call that the request does not name gets the
// ceiling's ENOSYS (clone3: it makes libc fall back). Where it takes many conditions to say for which arguments
// which errno is meant, all get the fallback's.
//
// The unnamed calls: the stricter fallback, the request's where both are as strict, and with it that side's
// ENOSYS of runc for the calls above its newest name. Where both fallbacks end the process, ENOSYS would be
// milder: then above the newest name of both, where both have it. To stand where it stood, the result names all
// that this side names, if need be in a rule that says the fallback (and does nothing else); and it names nothing
// newer, unless that call gets more, or is to end the process.
//
// Architectures: those that both list. The machine's own is in every filter, listed or not; an empty list means
// it alone. The request's flags stay, except that SPEC_ALLOW must be in both. An unconfined request gets the
// ceiling itself.
#pragma once

#include <string>
#include <vector>

#include "profiles/seccomp/order.h"
#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

// Why the result is below the exact meet for a call.
enum class Below : std::uint8_t {
  contested,  // rules of one side contradict each other, and were taken at the strictest
  compat,     // one rule stands for all architectures, and those of 32 bits read it otherwise
  carried,    // an architecture carries it in another call, whose arguments no filter sees
  coarse,     // it would take more rules than a filter holds, or more work than we are ready for (effort.h)
  lost,       // libseccomp loses the rules of an architecture none of whose own calls has a plain one
  shared,     // libseccomp writes steps once for several calls, and looks at the wrong argument (entangled.h)
  stub,  // an architecture is left out: runc's ENOSYS for new calls would be milder than ending the process
};
struct BelowMeet {
  std::string call;  // or an architecture that is left out: "SCMP_ARCH_X86"
  Below why = Below::coarse;
  friend bool operator==(const BelowMeet&, const BelowMeet&) = default;
};

struct Lowered {
  Profile profile;
  std::vector<BelowMeet> below;
};

[[nodiscard]] Profile meet(const Profile& asked, const Profile& ceiling, Architecture own,
                           std::size_t work = Effort::kWhole);
// The same for a request that is known to be above the ceiling (excess), which need not be asked again.
[[nodiscard]] Lowered lowered(const Profile& asked, const Profile& ceiling, Architecture own,
                              std::size_t work = Effort::kWhole);
[[nodiscard]] Lowered lowered(const Reading& asked, const Reading& ceiling,
                              std::size_t work = Effort::kWhole);

}  // namespace hardened::seccomp
