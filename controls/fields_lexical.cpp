#include "controls/fields_lexical.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace hardened::controls {

std::string folded(std::string_view key) {
  std::string out;
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (key.substr(i, 2) == "\xc5\xbf") {
      out += 's';
      i += 1;
    } else if (key.substr(i, 3) == "\xe2\x84\xaa") {
      out += 'k';
      i += 2;
    } else {
      out += key[i] >= 'A' && key[i] <= 'Z' ? static_cast<char>(key[i] - 'A' + 'a') : key[i];
    }
  }
  return out;
}

bool is_plain(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

bool is_integer(const std::string& lexeme) {
  const char* const begin = lexeme.data();
  const char* const end = begin + lexeme.size();
  std::int64_t negative = 0;
  std::uint64_t positive = 0;
  const auto whole = [end](std::from_chars_result result) {
    return result.ec == std::errc() && result.ptr == end;
  };
  return whole(std::from_chars(begin, end, positive)) || whole(std::from_chars(begin, end, negative));
}

bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

}  // namespace hardened::controls
