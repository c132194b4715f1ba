// Calls that may really be made: each fails of itself, or does nothing, and in the same way every time.
//
//   harmless({x86_64, "ioctl", {3, TIOCSTI, …}})     ioctl(-1, TIOCSTI, …): fails with EBADF, if it is let through
//   harmless({x86_64, "reboot", …})                  nothing
#pragma once

#include <optional>

#include "tests/support/seccomp_model.h"

namespace hardened::test {

// The same call with the arguments pinned that make it harmless, canonical if it was.
[[nodiscard]] std::optional<Call> harmless(const Call& call);

}  // namespace hardened::test
