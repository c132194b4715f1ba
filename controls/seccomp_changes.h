// What became of a seccomp request, in words for people; for seccomp.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controls/control.h"
#include "profiles/seccomp/engines.h"
#include "profiles/seccomp/meet.h"

namespace hardened::controls {

// One change for each kind of excess; `profile` is what the policy calls the ceiling.
[[nodiscard]] std::vector<Change> changes_of(const seccomp::Profile& request, const seccomp::Profile& granted,
                                             const seccomp::Excess& excess, std::string_view profile);

// For which calls the grant is below what both sides allow, and why.
[[nodiscard]] std::vector<std::string> notes_on(const std::vector<seccomp::BelowMeet>& below);

// That runc's own init could not run under the grant, and who denied it.
[[nodiscard]] std::vector<std::string> notes_on(const seccomp::Profile& request,
                                                const seccomp::Profile& granted, const seccomp::Floor& floor);

}  // namespace hardened::controls
