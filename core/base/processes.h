// The half of the machine that deals with other processes, behind host_linux.cpp. What each function promises
// stands at the method of the same name in host.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/host.h"

namespace hardened::processes {

[[nodiscard]] Result<std::unique_ptr<HeldProcess>> hold(std::uint32_t process);
[[nodiscard]] Result<std::uint32_t> device_programs(const std::string& cgroup);

}  // namespace hardened::processes
