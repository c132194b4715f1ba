// What remains of a requested profile below a ceiling.
//
//   const Profile granted = meet(asked, ceiling, Architecture::x86_64);
//
//   leq(granted, asked) and leq(granted, ceiling)      always a lower bound of both
//   leq(asked, ceiling) implies identical(granted, asked)
//   meet(granted, ceiling, own) is granted
//
// Call by call, the stricter action wins, with its errno; where both deny with an errno, the request's stays
// (a call that the request does not name gets the ceiling's: ENOSYS for clone3 makes libc fall back). A
// condition is kept where the other side allows the call without one, has the same one or one that
// implies it (condition.h); where no condition says what both say, the call is denied there: with the
// fallback. It is not the *greatest* lower bound: rules of different actions for one call are read at their
// strictest, and an unlike pair of conditions is dropped.
//
// The fallback is the stricter of the two. The architectures are those that both list; the machine's own
// is in every filter (libseccomp), so that the list may become empty. The request's flags stay,
// except that SPEC_ALLOW must be in both. The result of an unconfined request is the ceiling itself.
//
// A call that only the ceiling names is not named in the result where it would be newer than all that
// the request names and is denied anyway: naming it would turn runc's ENOSYS for the calls in between into
// the fallback.
#pragma once

#include "profiles/seccomp/order.h"
#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

[[nodiscard]] Profile meet(const Profile& asked, const Profile& ceiling, Architecture own);
// The same for a request that is known to be above the ceiling (excess), which need not be asked again.
[[nodiscard]] Profile lowered(const Profile& asked, const Profile& ceiling, Architecture own);

}  // namespace hardened::seccomp
