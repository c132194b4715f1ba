// What a fuzz target says when a property does not hold.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace hardened::fuzz {

inline void require(bool holds, std::string_view property, std::string_view seen = "") {
  if (holds) return;
  std::fprintf(stderr, "broken: %.*s\n%.*s\n", static_cast<int>(property.size()), property.data(),
               static_cast<int>(seen.size()), seen.data());
  std::abort();
}

}  // namespace hardened::fuzz
