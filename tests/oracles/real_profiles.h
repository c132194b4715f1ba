// Profiles that people use, and such as they might write.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "profiles/seccomp/profile.h"

namespace hardened::test {

using NamedProfile = std::pair<std::string, seccomp::Profile>;

// Ours for several sets of capabilities; podman's, where Debian's golang-github-containers-common is installed; lists of
// what is denied, and of what is allowed, around chown, mkdir, kill and uname; some rich in arguments.
[[nodiscard]] std::vector<NamedProfile> real_profiles();
[[nodiscard]] bool has_podmans();

}  // namespace hardened::test
