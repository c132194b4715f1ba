// When one profile allows no more than another.
//
//   leq(a, b)                  for each call and all its arguments, what a process can get out of the kernel
//                              under a is at or before what b means for them, in the order of Action
//   excess(a, b)               where that does not hold, in words that a message can use
//
// Unconfined is the top, Profile{} the bottom. What a denied call is told (EPERM or ENOSYS) does not
// matter, so == means: neither allows what the other does not. `a` is taken at its most (views.h, reachable:
// with registers whose high bits the kernel does not read, rules that contradict each other or that libseccomp gets wrong), `b` at its
// least; so a profile that lets through more than it means is comparable with itself alone.
//
// Beside the calls a profile holds:
//   * architectures: fewer are stricter (a call through another one is killed);
//   * the flag SPEC_ALLOW, which takes away a mitigation: with it, or where runc adds it, is above without.
//     TSYNC and LOG give no power;
//   * a listener, which is comparable with itself alone.
// Not compared, since the call is denied in any case: whether one through an architecture that a side lacks
// ends a thread or the process.
#pragma once

#include <string_view>
#include <vector>

#include "profiles/seccomp/profile.h"
#include "profiles/seccomp/reading.h"

namespace hardened::seccomp {

// What `asked` has above `ceiling`. The names point into the profiles.
struct Excess {
  bool unconfined = false;              // then all else is empty
  std::vector<std::string_view> calls;  // in the order of the request, then of the ceiling
  bool fallback = false;                // calls that nobody names get a milder answer
  std::vector<Architecture> foreign;
  bool speculation = false;
  bool listener = false;

  [[nodiscard]] bool none() const {
    return !unconfined && calls.empty() && !fallback && foreign.empty() && !speculation && !listener;
  }
};

// What it would take more work to compare (effort.h) counts as above.
[[nodiscard]] Excess excess(const Profile& asked, const Profile& ceiling, std::size_t work = Effort::kWhole);
// The same of two that were read already, for the same machine.
[[nodiscard]] Excess excess(const Reading& asked, const Reading& ceiling, std::size_t work = Effort::kWhole);
[[nodiscard]] bool leq(const Profile& a, const Profile& b);
[[nodiscard]] bool operator==(const Profile& a, const Profile& b);

static_assert(Ordered<Profile>);

}  // namespace hardened::seccomp
