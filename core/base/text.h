// Small helpers over text that has no meaning of its own.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hardened {

// Text from outside made safe to print: bytes below 0x20, 0x7f and above become \xNN, as does the
// backslash; longer than `most` bytes is cut and ends in "…".
[[nodiscard]] std::string printable(std::string_view text, std::size_t most = 200);

// "a, b and c"
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

// The nearest of `known` within an edit distance that a typing mistake explains; "" if none is.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

// Decimal digits only ("0", "17", no sign, no leading "+"); false when it does not fit.
[[nodiscard]] bool parse_decimal(std::string_view text, unsigned long long& value);

}  // namespace hardened
