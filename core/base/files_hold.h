// Locks, mounts and files of the kernel, behind host_linux.cpp. What each function promises stands at the method of
// the same name in host.h.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/host.h"

namespace hardened::files {

[[nodiscard]] Done write_whole(const std::string& path, std::string_view bytes);
[[nodiscard]] Result<Held> lock(const std::string& path, int seconds);
[[nodiscard]] Done mount_tmpfs(const std::string& path, std::size_t most);

}  // namespace hardened::files
