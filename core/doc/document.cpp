// Places of a document, for people.
#include <algorithm>

#include "core/base/text.h"
#include "core/doc/value.h"

namespace hardened::doc {
namespace {

// The bytes of the line that holds `offset`, without its end.
std::string_view line_at(std::string_view text, std::size_t offset) {
  const std::size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = std::min(text.find('\n', begin), text.size());
  std::string_view line = text.substr(begin, end - begin);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

// One printable character a byte, so that the caret below stands right.
std::string shown(std::string_view line) {
  std::string out(line);
  for (char& c : out) {
    if (c == '\t') c = ' ';
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return out;
}

}  // namespace

Position Document::position(std::uint32_t offset) const {
  const std::string_view before = std::string_view(text).substr(0, offset);
  Position at;
  std::size_t begin = 0;  // of the line
  for (std::size_t end = before.find('\n'); end != std::string_view::npos; end = before.find('\n', begin)) {
    ++at.line;
    begin = end + 1;
  }
  at.column = static_cast<std::uint32_t>(before.size() - begin + 1);
  return at;
}

bool Document::shows_line(std::uint32_t offset) const {
  const std::string_view line = line_at(text, std::min<std::size_t>(offset, text.size()));
  return !line.empty() && line.size() <= kLongestShownLine;
}

std::string Document::point(std::uint32_t offset, std::string_view message) const {
  const Position at = position(offset);
  std::string out =
      printable(name, 4096) + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": ";
  out += message;
  if (!shows_line(offset)) return out;
  out += "\n | " + shown(line_at(text, std::min<std::size_t>(offset, text.size())));
  out += "\n | " + std::string(at.column - 1, '.') + "^";
  return out;
}

}  // namespace hardened::doc
