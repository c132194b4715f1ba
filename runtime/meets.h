// Meets of seccomp profiles that were worked out before.
//
//   recall_meet(host, std::get<index_of<Seccomp>()>(facts));   before make_plan
//   keep_meet(host, facts, plan);                              after it
//
// They are in /run/hardened/meets (stash.h), at most 256 of them and 8 MiB, one for each question: the digest of
// Seccomp::Facts::question and of our own build. A user who brings a new profile with each container pays for each.
#pragma once

#include <string_view>

#include "core/base/host.h"
#include "runtime/plan.h"

namespace hardened::runtime {

inline constexpr std::string_view kMeetDirectory = "/run/hardened/meets";

void recall_meet(Host& host, Facts& facts);
// The same for who changes nothing, not even what is broken there.
void look_up_meet(Host& host, Facts& facts);
// Only what was narrowed or let pass, and not under `on_excess: observe`, where the plan does not hold the answer.
void keep_meet(Host& host, const config::Policy& policy, const Facts& facts, const Plan& plan);

}  // namespace hardened::runtime
