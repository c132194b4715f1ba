#include "ctl/line_diff.h"

#include <algorithm>
#include <vector>

#include "core/base/text.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kAround = 2;
constexpr std::size_t kLongest = 400;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Tabs stay what they are: they are how such a file is laid out.
std::string shown(std::string_view line) {
  std::string out;
  while (!line.empty() && line.front() == '\t') {
    out += '\t';
    line.remove_prefix(1);
  }
  if (line.ends_with('\r')) line.remove_suffix(1);
  return out + printable(line, kLongest);
}

void put(std::string& out, std::string_view mark, const std::vector<std::string_view>& lines,
         std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) out += std::string(mark) + shown(lines[i]) + '\n';
}

}  // namespace

std::string line_diff(std::string_view before, std::string_view after) {
  if (before == after) return "";
  const std::vector<std::string_view> old = lines_of(before);
  const std::vector<std::string_view> now = lines_of(after);
  const std::size_t shorter = std::min(old.size(), now.size());
  std::size_t begin = 0;
  while (begin < shorter && old[begin] == now[begin]) ++begin;
  std::size_t same = 0;  // at the end
  while (same < shorter - begin && old[old.size() - 1 - same] == now[now.size() - 1 - same]) ++same;
  std::string out;
  put(out, "  ", old, begin - std::min(begin, kAround), begin);
  put(out, "- ", old, begin, old.size() - same);
  put(out, "+ ", now, begin, now.size() - same);
  put(out, "  ", now, now.size() - same, std::min(now.size(), now.size() - same + kAround));
  return out;
}

}  // namespace hardened::ctl
