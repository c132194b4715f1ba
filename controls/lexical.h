// Paths compared as text, without asking any file system.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hardened::controls {

// "/proc//kcore/" and "/proc/./kcore" are "/proc/kcore". Nothing for a relative path and for one with
// "..": where that leads depends on what the names before it are linked to.
[[nodiscard]] std::optional<std::string> clean_path(std::string_view path);

// Is the clean path `path` the clean `directory`, or below it?
[[nodiscard]] bool lies_in(std::string_view path, std::string_view directory);

}  // namespace hardened::controls
