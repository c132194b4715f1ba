// What a process in another cgroup may do with devices, behind host_linux.cpp: Host::device_access says what it promises.
#pragma once

#include <string>
#include <vector>

#include "core/base/host.h"

namespace hardened::processes {

[[nodiscard]] Result<std::vector<DeviceAccess>> device_access(const std::string& cgroup,
                                                              const std::vector<std::string>& nodes);

}  // namespace hardened::processes
