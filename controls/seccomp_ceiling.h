// The profile that a rule for system calls names: one of this program's, or a file's.
#pragma once

#include <string>
#include <string_view>

#include "controls/seccomp.h"
#include "profiles/seccomp/parse.h"

namespace hardened::controls {

// Read when it is first asked for.
[[nodiscard]] const seccomp::DockerProfile& shipped_profile(Seccomp::Shipped which);

// A file's: one that confines nothing, or hands calls to a listener, is no ceiling.
[[nodiscard]] Result<seccomp::DockerProfile> ceiling_profile(std::string file_name, std::string text);

// A ceiling below what every start of a container needs would make all of them fail, with a word of runc's that names no
// policy: so it is no policy. The shipped ones are held to it by their tests.
[[nodiscard]] Done above_floor(const seccomp::DockerProfile& profile, const seccomp::Machine& machine);

// As the rule says it, and what it adds.
[[nodiscard]] std::string name_of(const Seccomp::Ceiling& ceiling);

}  // namespace hardened::controls
