#include "core/base/ids.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"

namespace hardened {
namespace {

using Range = IdSet::Range;

// The last id of a range of `count`, at least one.
std::uint32_t last_of(std::uint32_t first, std::uint32_t count) {
  return count - 1 > UINT32_MAX - first ? UINT32_MAX : first + (count - 1);
}

IdSet complement(const IdSet& of) {
  std::vector<Range> gaps;
  std::uint64_t next = 0;  // one more than the last id is a number, too
  for (const Range& range : of.ranges()) {
    if (range.first > next) gaps.push_back({static_cast<std::uint32_t>(next), range.first - 1});
    next = std::uint64_t{range.last} + 1;
  }
  if (next <= UINT32_MAX) gaps.push_back({static_cast<std::uint32_t>(next), UINT32_MAX});
  return IdSet(std::move(gaps));
}

std::string told(const Range& range) {
  return std::to_string(range.first) + (range.last == range.first ? "" : "-" + std::to_string(range.last));
}

// Takes a number and the blanks before it off the line.
bool take_id(std::string_view& line, std::uint32_t& id) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::size_t end = std::min(line.find(' '), line.size());
  unsigned long long number = 0;
  const bool right = parse_decimal(line.substr(0, end), number) && number <= UINT32_MAX;
  id = static_cast<std::uint32_t>(number);
  line.remove_prefix(end);
  return right;
}

}  // namespace

IdSet::IdSet(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
  for (const Range& range : ranges) {
    if (range.last < range.first) continue;
    const bool touches = !ranges_.empty() && std::uint64_t{ranges_.back().last} + 1 >= range.first;
    if (!touches) {
      ranges_.push_back(range);
    } else {
      ranges_.back().last = std::max(ranges_.back().last, range.last);
    }
  }
}

// Ranges of a set never touch: what lies in several of b's lies in none.
bool leq(const IdSet& a, const IdSet& b) {
  auto in = b.ranges_.begin();
  for (const Range& range : a.ranges_) {
    while (in != b.ranges_.end() && in->last < range.last) ++in;
    if (in == b.ranges_.end() || in->first > range.first) return false;
  }
  return true;
}

IdSet meet(const IdSet& a, const IdSet& b) {
  std::vector<Range> both;
  auto one = a.ranges_.begin();
  auto two = b.ranges_.begin();
  while (one != a.ranges_.end() && two != b.ranges_.end()) {
    both.push_back({std::max(one->first, two->first), std::min(one->last, two->last)});
    ++(one->last < two->last ? one : two);
  }
  return IdSet(std::move(both));
}

IdSet minus(const IdSet& a, const IdSet& b) { return meet(a, complement(b)); }

std::string told(const IdSet& ids) {
  constexpr std::size_t kMost = 8;
  std::vector<std::string> words;
  for (const Range& range : ids.ranges()) {
    if (words.size() == kMost) {
      words.emplace_back("others");
      break;
    }
    words.push_back(told(range));
  }
  return words.empty() ? "none" : joined(words);
}

std::optional<std::uint32_t> IdMap::outside(std::uint32_t inside) const {
  for (const Entry& entry : entries_) {
    if (entry.count == 0 || inside < entry.inside || inside > last_of(entry.inside, entry.count)) continue;
    const std::uint32_t id = entry.outside + (inside - entry.inside);
    return id < entry.outside ? std::nullopt : std::optional(id);
  }
  return std::nullopt;
}

IdSet IdMap::outsides() const {
  std::vector<Range> ranges;
  for (const Entry& entry : entries_) {
    if (entry.count != 0) ranges.push_back({entry.outside, last_of(entry.outside, entry.count)});
  }
  return IdSet(std::move(ranges));
}

IdSet IdMap::insides(const IdSet& outside) const {
  std::vector<Range> ranges;
  for (const Entry& entry : entries_) {
    if (entry.count == 0) continue;
    const std::uint32_t last = last_of(entry.inside, entry.count);
    const IdSet here = meet(outside, IdSet({{entry.outside, last_of(entry.outside, entry.count)}}));
    for (const Range& range : here.ranges()) {
      const std::uint64_t first = std::uint64_t{entry.inside} + (range.first - entry.outside);
      const std::uint64_t end = std::uint64_t{entry.inside} + (range.last - entry.outside);
      if (first > last) continue;
      ranges.push_back({static_cast<std::uint32_t>(first),
                        static_cast<std::uint32_t>(std::min<std::uint64_t>(end, last))});
    }
  }
  return IdSet(std::move(ranges));
}

Result<IdMap> parse_id_map(std::string_view text) {
  std::vector<IdMap::Entry> entries;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    IdMap::Entry entry;
    const bool right = take_id(line, entry.inside) && take_id(line, entry.outside) &&
                       take_id(line, entry.count) && line.find_first_not_of(' ') == std::string_view::npos;
    if (!right) return Error{Fault::io, "the kernel's map of a user namespace has a line that is none"};
    entries.push_back(entry);
  }
  return IdMap(std::move(entries));
}

}  // namespace hardened
