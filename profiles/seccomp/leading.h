// Which call comes first in a filter for several architectures: libseccomp loses all rules of one for which it has no
// number (calls.h, loses_rules).
#pragma once

#include <vector>

#include "profiles/seccomp/meet.h"

namespace hardened::seccomp {

// Where no call can lead (calls.h), rules that only allow are lost to the fallback; where any is stricter than that,
// the other architectures go.
void lead_with_a_number(Profile& out, std::vector<BelowMeet>& below);

// On one architecture alone the names of others' calls say nothing, and runc looks each of them up among all there are.
// Those that are denied stay: what a side denies by name is denied by name (order.h). So do those that we do not know,
// which may be newer than we are.
void forget_others_names(Profile& out);

}  // namespace hardened::seccomp
