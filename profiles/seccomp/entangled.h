// Calls whose filter may do other than their rules say, since libseccomp 2.5.4 shares steps between calls.
//
//   futex_waitv  {1 & ~1 == 36: log}, {1 == 38, 2 == 1: allow}
//   keyctl       {1 & ~1 == 36: log}, {1 == 39: log}              futex_waitv(…, 38, 36): log
//
// A step that compares what was loaded before is written once for all calls in which it reads the same (gen_bpf.c,
// _hsh_add), and loads it again only if the first that is found to lead there has loaded something else: in the one call
// the argument itself, in the other what the rule with two conditions has looked at last.
#pragma once

#include <string_view>
#include <vector>

#include "profiles/seccomp/effort.h"
#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

// Those that look at something else between two comparisons of an argument, of which the last are also those of another
// call, unless all rules of both are the same. A carrier stands for the calls in it. The names point into the profile.
// Where the effort is used up, all that have a rule with two conditions are taken for such.
[[nodiscard]] std::vector<std::string_view> entangled(const Profile& profile, Effort& effort);

}  // namespace hardened::seccomp
