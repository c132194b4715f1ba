// The AppArmor profiles of a grant, brought into the kernel before the runtime names them.
//
//   const LoadedProfiles loaded = TRY(load_profiles(host, policy, document, plan));
//
// Those of ours that the granted label names are loaded unless the kernel holds them already (profiles/apparmor/
// loader.h says what that means, and how many calls at once end up with one run of the parser). An error refuses the
// call: nothing starts under a label that we did not see in the kernel. Should somebody unload a profile between
// our look and the runtime's use of it, the kernel knows the name no more (ENOENT), and nothing starts either; between
// that and the container's own execve(2), and start sees that the entries are gone (verify.h).
//
// Under `on_excess: observe` a container that asks for no profile gets one that allows everything and has the kernel
// log what the ceiling would have denied (template.h); one that asks for a profile keeps it as it is, since a stack
// changes what its rules about peers match. Trouble with that one is no reason to refuse.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/policy.h"
#include "core/base/host.h"
#include "core/doc/value.h"
#include "runtime/plan.h"
#include "runtime/subject.h"

namespace hardened::runtime {

struct LoadedProfiles {
  std::optional<std::string> observing;  // the profile to observe the container with, if it is to be written
  std::vector<std::string> entries;      // where the kernel shows those of ours that hold
  std::vector<std::string> notes;        // what of them is not as it was meant, said when one is loaded
};
[[nodiscard]] Result<LoadedProfiles> load_profiles(Host& host, const config::Policy& policy,
                                                   const CallDocument& document, const Plan& plan);

// The profile that a granted /process names and no other container shares (`peers: container`); "" for none.
[[nodiscard]] std::string own_profile(const doc::Value& process);
// Behind a container that is gone for good: takes it out of the kernel, unless a task carries it still or, asked last,
// somebody waits for it. Whatever cannot be told leaves it there, where it does no harm.
void unload_own_profile(Host& host, const std::string& name, const std::function<bool()>& awaited);

}  // namespace hardened::runtime
