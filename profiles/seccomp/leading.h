// Which call comes first in a filter for several architectures: libseccomp loses all rules of one for which it has no
// number (calls.h, loses_rules).
#pragma once

#include <vector>

#include "profiles/seccomp/meet.h"

namespace hardened::seccomp {

// Where no call can lead (calls.h), rules that only allow are lost to the fallback; where any is stricter than that,
// the other architectures go.
void lead_with_a_number(Profile& out, std::vector<BelowMeet>& below);

}  // namespace hardened::seccomp
