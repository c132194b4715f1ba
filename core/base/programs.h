// Running a program of the host to its end, and a copy of ourselves beside us, behind host_linux.cpp: Host::run and
// Host::detach say what they promise.
#pragma once

#include <functional>

#include "core/base/host.h"

namespace hardened::programs {

[[nodiscard]] Result<Ran> run(const Program& program);
[[nodiscard]] Done detach(const std::function<void()>& work);

}  // namespace hardened::programs
