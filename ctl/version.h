// The version that CMakeLists.txt names.
#pragma once

#include <string_view>

namespace hardened::ctl {

inline constexpr std::string_view kVersion = HARDENED_VERSION;

}  // namespace hardened::ctl
