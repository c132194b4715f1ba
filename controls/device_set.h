// Which devices may be read, written and made: the order below the devices control.
//
//   DeviceSet set;
//   set.add({DeviceType::character, 1, std::nullopt}, Access::read | Access::write);   // "c 1:* rw"
//   set.covers({DeviceType::character, 1, 3}, Access::read);                           // true
//
// A set is held as ranges (a type, a major and a minor number, each number fixed or any) with the
// access that they grant; no range repeats what a wider one grants already. Since a number that is
// "any" stands for more numbers (2^32) than a document can name, a range lies within a union of
// ranges only if it lies within one of them. So leq compares range by range, and is exact, and two
// sets that grant the same are equal member by member.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace hardened::controls {

enum class DeviceType : std::uint8_t { character, block };

// A set of r, w and m.
enum class Access : std::uint8_t { none = 0, read = 1, write = 2, make = 4, all = 7 };
[[nodiscard]] constexpr Access operator|(Access a, Access b) {
  return static_cast<Access>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
[[nodiscard]] constexpr Access operator&(Access a, Access b) {
  return static_cast<Access>(static_cast<unsigned>(a) & static_cast<unsigned>(b));
}
[[nodiscard]] constexpr Access minus(Access a, Access b) {
  return static_cast<Access>(static_cast<unsigned>(a) & ~static_cast<unsigned>(b));
}
// "rwm"; nothing when it is empty or has another letter.
[[nodiscard]] std::optional<Access> parse_access(std::string_view letters);
[[nodiscard]] std::string letters(Access access);

struct DeviceRange {
  DeviceType type = DeviceType::character;
  std::optional<std::uint32_t> major;  // nothing: any
  std::optional<std::uint32_t> minor;
  friend auto operator<=>(const DeviceRange&, const DeviceRange&) = default;
};
[[nodiscard]] std::optional<DeviceRange> meet(const DeviceRange& a, const DeviceRange& b);
[[nodiscard]] std::string print(const DeviceRange& range);  // "c 1:*"

class DeviceSet {
 public:
  DeviceSet() = default;  // no device
  [[nodiscard]] static DeviceSet everything();

  void add(const DeviceRange& range, Access access);
  void add(const DeviceSet& other);
  // Takes the access from every range that has a device in common with this one, wholly: what would
  // remain of a pierced range cannot be written as ranges.
  void drop_touching(const DeviceRange& range, Access access);

  [[nodiscard]] bool covers(const DeviceRange& range, Access access) const;
  // All that is granted on each device of the range, by whatever member.
  [[nodiscard]] Access granted_on(const DeviceRange& range) const;
  [[nodiscard]] bool empty() const { return members_.empty(); }
  [[nodiscard]] const std::map<DeviceRange, Access>& members() const { return members_; }

  friend bool operator==(const DeviceSet&, const DeviceSet&) = default;
  friend bool leq(const DeviceSet& a, const DeviceSet& b);
  friend DeviceSet meet(const DeviceSet& a, const DeviceSet& b);

 private:
  std::map<DeviceRange, Access> members_;
};

// "c *:* m, c 1:3 rwm and 12 more"
[[nodiscard]] std::string print(const DeviceSet& set, std::size_t most = 24);

// One range as a policy writes it: "c 10:229 rwm", "b 8:* r", "a *:* rwm". The error's text does not
// say where.
[[nodiscard]] Result<DeviceSet> parse_devices(std::string_view text);

}  // namespace hardened::controls
