#include "controls/device_set.h"

#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kLetters = "rwm";  // in the order of the bits

bool within(const std::optional<std::uint32_t>& a, const std::optional<std::uint32_t>& b) {
  return !b || a == b;
}

bool within(const DeviceRange& a, const DeviceRange& b) {
  return a.type == b.type && within(a.major, b.major) && within(a.minor, b.minor);
}

bool has_any(const DeviceRange& range) { return !range.major || !range.minor; }

// The range itself and those that are wider; there are no others.
std::array<DeviceRange, 4> widenings(const DeviceRange& range) {
  const auto any = std::nullopt;
  return {range, DeviceRange{range.type, any, range.minor}, DeviceRange{range.type, range.major, any},
          DeviceRange{range.type, any, any}};
}

std::string print_number(const std::optional<std::uint32_t>& number) {
  return number ? std::to_string(*number) : "*";
}

// "*" or decimal digits that fit; false otherwise.
bool parse_number(std::string_view text, std::optional<std::uint32_t>& number) {
  number = std::nullopt;
  if (text == "*") return true;
  unsigned long long value = 0;
  if (!parse_decimal(text, value) || value > std::numeric_limits<std::uint32_t>::max()) return false;
  number = static_cast<std::uint32_t>(value);
  return true;
}

// Exactly three words with one blank between them, or empty ones.
std::array<std::string_view, 3> words_of(std::string_view text) {
  const std::size_t first = text.find(' ');
  if (first == std::string_view::npos) return {};
  const std::size_t second = text.find(' ', first + 1);
  if (second == std::string_view::npos) return {};
  return {text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)};
}

Error unreadable(std::string_view text, std::string_view what) {
  return {Fault::policy,
          "'" + printable(text, 60) + "': " + std::string(what) +
              "; a device is written as 'c 10:229 rwm': c, b or a, major:minor with * for any, "
              "and some of r, w, m"};
}

}  // namespace

std::optional<Access> parse_access(std::string_view text) {
  Access access = Access::none;
  for (const char letter : text) {
    const std::size_t bit = kLetters.find(letter);
    if (bit == std::string_view::npos) return std::nullopt;
    access = access | static_cast<Access>(1U << bit);
  }
  if (access == Access::none) return std::nullopt;
  return access;
}

std::string letters(Access access) {
  std::string out;
  for (std::size_t bit = 0; bit < kLetters.size(); ++bit) {
    if ((access & static_cast<Access>(1U << bit)) != Access::none) out += kLetters[bit];
  }
  return out;
}

std::optional<DeviceRange> meet(const DeviceRange& a, const DeviceRange& b) {
  if (a.type != b.type) return std::nullopt;
  if (a.major && b.major && a.major != b.major) return std::nullopt;
  if (a.minor && b.minor && a.minor != b.minor) return std::nullopt;
  return DeviceRange{a.type, a.major ? a.major : b.major, a.minor ? a.minor : b.minor};
}

std::string print(const DeviceRange& range) {
  const std::string_view type = range.type == DeviceType::character ? "c " : "b ";
  return std::string(type) + print_number(range.major) + ":" + print_number(range.minor);
}

DeviceSet DeviceSet::everything() {
  DeviceSet all;
  all.add({DeviceType::character, std::nullopt, std::nullopt}, Access::all);
  all.add({DeviceType::block, std::nullopt, std::nullopt}, Access::all);
  return all;
}

Access DeviceSet::granted_on(const DeviceRange& range) const {
  Access granted = Access::none;
  for (const DeviceRange& wider : widenings(range)) {
    const auto found = members_.find(wider);
    if (found != members_.end()) granted = granted | found->second;
  }
  return granted;
}

bool DeviceSet::covers(const DeviceRange& range, Access access) const {
  return minus(access, granted_on(range)) == Access::none;
}

void DeviceSet::add(const DeviceRange& range, Access access) {
  const Access added = minus(access, granted_on(range));
  if (added == Access::none) return;
  if (has_any(range)) {
    for (auto member = members_.begin(); member != members_.end();) {
      if (within(member->first, range)) member->second = minus(member->second, added);
      member = member->second == Access::none ? members_.erase(member) : std::next(member);
    }
  }
  Access& entry = members_[range];
  entry = entry | added;
}

void DeviceSet::add(const DeviceSet& other) {
  for (const auto& [range, access] : other.members_) add(range, access);
}

void DeviceSet::drop_touching(const DeviceRange& range, Access access) {
  for (auto member = members_.begin(); member != members_.end();) {
    if (meet(member->first, range)) member->second = minus(member->second, access);
    member = member->second == Access::none ? members_.erase(member) : std::next(member);
  }
}

bool leq(const DeviceSet& a, const DeviceSet& b) {
  for (const auto& [range, access] : a.members_) {
    if (!b.covers(range, access)) return false;
  }
  return true;
}

DeviceSet meet(const DeviceSet& a, const DeviceSet& b) {
  DeviceSet both;
  for (const auto& [range, access] : a.members_) {
    for (const auto& [other, allowed] : b.members_) {
      const auto common = meet(range, other);
      if (common) both.add(*common, access & allowed);
    }
  }
  return both;
}

std::string print(const DeviceSet& set, std::size_t most) {
  std::vector<std::string> words;
  for (const auto& [range, access] : set.members()) {
    if (words.size() == most) break;
    words.push_back(print(range) + " " + letters(set.granted_on(range)));
  }
  const std::size_t left = set.members().size() - words.size();
  if (left != 0) words.push_back(std::to_string(left) + " more");
  return joined(words);
}

Result<DeviceSet> parse_devices(std::string_view text) {
  const auto [type, numbers, access_text] = words_of(text);
  if (type != "a" && type != "b" && type != "c") return unreadable(text, "no device");
  const std::size_t colon = numbers.find(':');
  DeviceRange range;
  if (colon == std::string_view::npos || !parse_number(numbers.substr(0, colon), range.major) ||
      !parse_number(numbers.substr(colon + 1), range.minor)) {
    return unreadable(text, "the numbers cannot be read");
  }
  const auto access = parse_access(access_text);
  if (!access) return unreadable(text, "the access cannot be read");
  DeviceSet set;
  if (type != "b") set.add({DeviceType::character, range.major, range.minor}, *access);
  if (type != "c") set.add({DeviceType::block, range.major, range.minor}, *access);
  return set;
}

}  // namespace hardened::controls
