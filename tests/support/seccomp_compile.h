// Compiles a profile with libseccomp as runc does (libcontainer/seccomp, InitSeccomp; without its ENOSYS stub) and
// runs the program: what the kernel would say.
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "profiles/seccomp/profile.h"
#include "tests/support/seccomp_model.h"

namespace hardened::test {

using Program = std::vector<sock_filter>;

// Nothing where libseccomp refuses the profile (two answers for one condition), as runc then does.
[[nodiscard]] std::optional<Program> compile(const seccomp::Profile& profile, seccomp::Architecture own);
// By the kernel's own rules for classic BPF, net/core/filter.c; `number` is the call's for its architecture.
[[nodiscard]] seccomp::Answer run(const Program& program, const Call& call, int number);

}  // namespace hardened::test
