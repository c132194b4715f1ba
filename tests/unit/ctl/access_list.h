// An access list as the kernel writes it.
//
//   access_list({{0x02, 6, 1000}, {0x10, 6, 0}})     // user 1000 may read and write, and so says the mask
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

namespace hardened::test {

struct AccessEntry {
  unsigned tag = 0;
  unsigned permissions = 0;
  std::uint32_t id = 0;
};

inline std::string access_list(std::initializer_list<AccessEntry> entries) {
  std::string out{'\2', '\0', '\0', '\0'};
  const auto put = [&](std::uint32_t number, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i) & 0xffU);
  };
  for (const AccessEntry& one : entries) {
    put(one.tag, 2);
    put(one.permissions, 2);
    put(one.id, 4);
  }
  return out;
}

}  // namespace hardened::test
