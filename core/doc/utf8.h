// UTF-8 as the Unicode standard has it (table 3-7): no overlong forms, no surrogates, nothing
// above U+10FFFF.
//
//   if (const std::size_t bad = first_invalid(text); bad != text.size()) ...
#pragma once

#include <cstddef>
#include <string_view>

namespace hardened::doc {

// Length of the sequence that begins at `at`; 0 when it is no valid one.
[[nodiscard]] std::size_t sequence_length(std::string_view text, std::size_t at);
// Offset of the first byte that begins no valid sequence; text.size() when there is none.
[[nodiscard]] std::size_t first_invalid(std::string_view text);

}  // namespace hardened::doc
