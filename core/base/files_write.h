// The writing half of the machine's file system, behind host_linux.cpp. What each function
// promises stands at the method of the same name in host.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/descriptor.h"
#include "core/base/host.h"

namespace hardened::files {

// A file in memory that nobody else has a name for; close-on-exec, empty, can be sealed.
[[nodiscard]] Descriptor anonymous_file(const std::string& name);

// All of `bytes`, over interruptions and short writes.
[[nodiscard]] bool write_all(int descriptor, std::string_view bytes);

[[nodiscard]] Done replace(const std::string& path, std::string_view bytes, std::uint32_t mode);
[[nodiscard]] Done append(const std::string& path, std::string_view bytes, std::uint32_t mode);
[[nodiscard]] Done make_directories(const std::string& path, std::uint32_t mode);
[[nodiscard]] Done remove(const std::string& path);
[[nodiscard]] Result<int> memory_file(const std::string& name, std::string_view bytes, int lowest);

}  // namespace hardened::files
