// The device fields of the specification as values: the ordered list of cgroup rules, and the nodes.
//
// A rule list does not mean the same to all runtimes. runc (and the kernel's cgroup v1 below it and
// below crun) keeps one default and exceptions from it, and a rule undoes only an exception of exactly its
// own numbers; runc refuses a list that would pierce a wider exception; crun on cgroup v2 lets the last rule
// that matches win. Without a rule for `a`, runc starts from "nothing", crun from what the parent allows.
// So a list is read twice: `most` is what any of them may allow, `least` what all of them allow.
// For what engines write (deny all, then allows; or allow all) the two are the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "controls/device_set.h"
#include "core/doc/cursor.h"

namespace hardened::controls {

struct DeviceMeaning {
  DeviceSet most;
  DeviceSet least;
  friend bool operator==(const DeviceMeaning&, const DeviceMeaning&) = default;
};

// `start` is what may be allowed before the first rule. Rules that runc refuses are syntax errors.
[[nodiscard]] Result<DeviceMeaning> read_device_rules(const std::vector<doc::Cursor>& rules, DeviceSet start);

// A list that every runtime reads alike: deny all, then one allow for each range.
[[nodiscard]] doc::Value write_device_rules(const DeviceSet& allowed);

// An entry of /linux/devices.
struct DeviceNode {
  enum class Type : std::uint8_t { character, block, fifo };
  Type type = Type::character;
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::string path;

  [[nodiscard]] DeviceRange range() const;  // not of a fifo
  [[nodiscard]] std::string name() const;   // "/dev/fuse (c 10:229)", printable
};
[[nodiscard]] Result<DeviceNode> read_device_node(const doc::Cursor& node);

}  // namespace hardened::controls
