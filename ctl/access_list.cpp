#include "ctl/access_list.h"

#include <cstddef>

namespace hardened::ctl {
namespace {

constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kHeader = 4;
constexpr std::size_t kEntry = 8;
constexpr std::uint32_t kWrite = 2;
enum Tag : std::uint32_t { kUser = 0x02, kOwnGroup = 0x04, kGroup = 0x08, kMask = 0x10 };

std::uint32_t number(std::string_view bytes) {
  std::uint32_t out = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) out = out << 8U | static_cast<unsigned char>(bytes[i - 1]);
  return out;
}

}  // namespace

std::optional<Writers> parse_access_list(std::string_view bytes) {
  if (bytes.size() < kHeader || (bytes.size() - kHeader) % kEntry != 0 ||
      number(bytes.substr(0, kHeader)) != kVersion)
    return std::nullopt;
  Writers out;
  bool masked = false;
  for (bytes.remove_prefix(kHeader); !bytes.empty(); bytes.remove_prefix(kEntry)) {
    const std::uint32_t tag = number(bytes.substr(0, 2));
    const bool writes = (number(bytes.substr(2, 2)) & kWrite) != 0;
    const std::uint32_t id = number(bytes.substr(4, 4));
    if (tag == kMask) masked = !writes;
    if (!writes) continue;
    if (tag == kUser) out.users.push_back(id);
    if (tag == kGroup) out.groups.push_back(id);
    if (tag == kOwnGroup) out.group = true;
  }
  return masked ? Writers{} : out;
}

}  // namespace hardened::ctl
