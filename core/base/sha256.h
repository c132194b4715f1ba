// SHA-256 by libmd, as 64 lower-case hex digits.
#pragma once

#include <string>
#include <string_view>

namespace hardened {

[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace hardened
