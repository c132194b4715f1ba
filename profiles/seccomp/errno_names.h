// The names of errors and their numbers, for the "errno" and "defaultErrno" of podman's profiles.
//
//   errno_named("ENOSYS")  38 on x86 and arm
//   errno_named("enosys")  nothing: exact, as podman reads them
//
// From EDEADLK (35) on the numbers are not the same everywhere: ENOSYS is 38 by the kernel's asm-generic/errno.h,
// which x86, arm, s390, riscv, loongarch and (but for EDEADLOCK) powerpc use, and 89 on mips. So each name is written
// with the macro of the architecture that this program is built for, which is the one whose profiles it resolves;
// the 32-bit calls of that machine share its numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hardened::seccomp {

[[nodiscard]] std::optional<std::uint16_t> errno_named(std::string_view name);

}  // namespace hardened::seccomp
