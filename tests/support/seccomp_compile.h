// Compiles a profile with libseccomp as runc 1.1.5 does (libcontainer/seccomp, InitSeccomp and patchbpf) and runs the
// program: what the kernel would say.
//
//   const auto program = compile_as_runc(profile, Architecture::x86_64);
//   run(*program, {Architecture::x86_64, "socket", {40}, 41})      the answer to socket(40)
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "profiles/seccomp/profile.h"
#include "tests/support/seccomp_model.h"

namespace hardened::test {

using Program = std::vector<sock_filter>;

// Nothing where libseccomp refuses the profile (two answers for one condition), as runc then does, or never comes
// back, as runc then does not either.
[[nodiscard]] std::optional<Program> compile(const seccomp::Profile& profile, seccomp::Architecture own);
// With runc's ENOSYS stub before it (patchbpf, enosys_linux.go): on each architecture that the profile lists, calls
// with a number above all that its rules name (dropped rules too) get ENOSYS, unless the fallback is allow, log or
// trace, or none of the names has a number above 0 there. x32 and x86_64 share one audit architecture and are told
// apart by bit 30 of the number.
[[nodiscard]] std::optional<Program> compile_as_runc(const seccomp::Profile& profile,
                                                     seccomp::Architecture own);
// By the kernel's own rules for classic BPF, net/core/filter.c; `number` is the call's for its architecture.
[[nodiscard]] seccomp::Answer run(const Program& program, const Call& call, int number);
[[nodiscard]] inline seccomp::Answer run(const Program& program, const Call& call) {
  return run(program, call, call.number.value_or(-1));
}

}  // namespace hardened::test
