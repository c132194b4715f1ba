#include "core/base/sha1.h"

#include <sys/types.h>
// The header of libmd speaks of size_t and uint8_t without including them everywhere.
#include <sha1.h>

#include <array>
#include <cstdint>

namespace hardened {

std::string sha1(std::string_view bytes) {
  std::array<char, SHA1_DIGEST_STRING_LENGTH> hex{};
  // libmd takes the bytes as uint8_t; an empty view may have no address, which it never reads.
  ::SHA1Data(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), hex.data());
  return {hex.data(), hex.size() - 1};
}

}  // namespace hardened
