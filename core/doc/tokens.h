// The parts of an RFC 6901 pointer, for the files of this folder.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hardened::doc {

// "a~1b" -> "a/b"; nothing when a "~" is followed by neither 0 nor 1.
[[nodiscard]] std::optional<std::string> decode_token(std::string_view token);
// "0", "17"; nothing for "-", "01" and everything else.
[[nodiscard]] std::optional<std::size_t> array_index(std::string_view token);

}  // namespace hardened::doc
