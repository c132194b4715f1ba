// Base 64 as RFC 4648 has it, section 4: the standard alphabet, padded, no line breaks.
#pragma once

#include <string>
#include <string_view>

namespace hardened {

[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace hardened
