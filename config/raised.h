// A policy for one container: its waivers laid over its rules.
//
//   const Raised raised = TRY(config::raised(policy, identity, host.now_ns()));
//   make_plan(spec, raised.policy, facts)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/identity.h"
#include "config/policy.h"

namespace hardened::config {

struct Raised {
  Policy policy;                     // each raised rule names its waiver, and says where that stands
  std::vector<std::string> waivers;  // names of those that hold
  std::vector<std::string> expired;  // "the waiver x expired on 2026-06-30, and no longer holds"
};

// An error only where the compiled policy is damaged (compiled.h, discard).
[[nodiscard]] Result<Raised> raised(Policy policy, const Identity& identity, std::int64_t now_ns);

}  // namespace hardened::config
