// The reading half of the machine's file system, behind host_linux.cpp. What each function
// promises stands at the method of the same name in host.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/host.h"

namespace hardened::files {

[[nodiscard]] Result<File> read(const std::string& path, std::size_t most, Links links);
[[nodiscard]] Result<std::string> drain(int descriptor, std::size_t most);
[[nodiscard]] Result<Stat> stat(const std::string& path, Links links);
[[nodiscard]] Result<Place> place_below(const std::string& root, const std::string& path);
[[nodiscard]] Result<Identity> identify(const std::string& path);
[[nodiscard]] Result<std::string> read_link(const std::string& path);
[[nodiscard]] Result<std::uint64_t> file_system(const std::string& path);
[[nodiscard]] Result<std::optional<NameSpace>> name_space(const std::string& path);
[[nodiscard]] Result<std::vector<std::string>> list(const std::string& path, std::size_t most);

}  // namespace hardened::files
