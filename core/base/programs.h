// Running a program of the host to its end, behind host_linux.cpp: Host::run says what it promises.
#pragma once

#include "core/base/host.h"

namespace hardened::programs {

[[nodiscard]] Result<Ran> run(const Program& program);

}  // namespace hardened::programs
