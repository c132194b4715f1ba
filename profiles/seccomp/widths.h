// How much of each argument of a system call the kernel reads.
//
//   width_of("socket", 0)         {32, signed}: the kernel reads an int, a filter compares 64 bits
//   width_of("ioctl", 1)          {32, unsigned}
//   width_of("chmod", 1)          {16, unsigned}: umode_t
//   width_of("unshare", 0)        {64}: an unsigned long; so are sizes, offsets and pointers
//   width_of("chmod", 5)          {64}: chmod has no such argument, but a filter sees the register
//   width_of("no_such_call", 0)   nothing
//
// A condition that looks at more bits than the kernel does can be evaded by a caller that sets the others:
// socket(0x1'0000'0028, …) is AF_VSOCK to the kernel and not 40 to a filter.
//
// The widths are those of the C prototypes in the kernel's definitions (SYSCALL_DEFINEn of Linux 6.12, and of
// 6.13 to 7.0 for the newer calls), which the wrapper of each call casts the registers to
// (include/linux/syscalls.h, __SC_CAST). Not told are values that the kernel takes whole and then cuts (the
// flags of clone, the mode of mbind, the descriptor of mmap, the keys of keyctl): there 64 stands.
//
// One table for all architectures: what a 64-bit one reads. On a 32-bit one a register has no more bits, and
// the 16-bit ids of its chown, setuid, … (chown32 is what 64-bit machines call chown) are read as 32. On x32
// some calls are compat calls, which read 32 bits of a long. Where the table says more bits than are
// read, a condition remains as its author wrote it, evadable as it was; with less it would match what it
// never did, and an allow would grow. So the wider reading is the safe one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hardened::seccomp {

struct Width {
  std::uint8_t bits = 64;  // 16, 32 or 64
  bool is_signed = false;  // how the kernel extends fewer bits; false for 64
  friend bool operator==(const Width&, const Width&) = default;
};

// Nothing for a call that the table does not know, and for an index that no call has.
[[nodiscard]] std::optional<Width> width_of(std::string_view call, unsigned index);

}  // namespace hardened::seccomp
