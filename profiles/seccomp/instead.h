// A profile with other rules for some calls.
//
//   instead(shipped, strict.rules)     the calls that strict's rules name are answered by those alone
//   instead(shipped, {all_of({"unshare", "mount"})})
#pragma once

#include <string>
#include <vector>

#include "profiles/seccomp/parse.h"

namespace hardened::seccomp {

// All rules of `profile` for the calls that `rules` name are gone, whatever they ask of the host.
[[nodiscard]] DockerProfile instead(DockerProfile profile, const std::vector<DockerRule>& rules);

// A rule that allows these calls whatever their arguments, to every container.
[[nodiscard]] DockerRule all_of(std::vector<std::string> calls);

}  // namespace hardened::seccomp
