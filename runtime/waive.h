// The policy that holds for one container: the host's, with the waivers of its image laid over it.
//
// At create the engine's metadata says what the container is made of (engine.h); an exec or an update takes what was
// recorded then, and today's waivers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/identity.h"
#include "config/policy.h"
#include "controls/spec.h"
#include "core/base/host.h"
#include "runtime/kept.h"

namespace hardened::runtime {

struct Effective {
  config::Policy policy;
  std::optional<config::Identity> identity;  // where the policy has waivers
  std::vector<std::string> waivers;          // names of those that hold
  std::vector<std::string> notes;            // of one that expired, of metadata that could not be read
};

// `kept` is the container's grant record; of a create there is none yet. An error only where the compiled policy was
// damaged and the file cannot be read anew.
[[nodiscard]] Result<Effective> effective_policy(Host& host, config::Policy policy, const std::string& root,
                                                 const controls::Spec& spec, const std::optional<Kept>& kept);

}  // namespace hardened::runtime
