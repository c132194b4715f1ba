// SHA-1 by libmd, as 40 lower-case hex digits: only to read what kernels show with it.
#pragma once

#include <string>
#include <string_view>

namespace hardened {

[[nodiscard]] std::string sha1(std::string_view bytes);

}  // namespace hardened
