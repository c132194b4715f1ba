// Which kernel settings a policy allows, by name and value (sysctls.h says how they are written).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/doc/cursor.h"

namespace hardened::controls {

// Names with slashes between their parts; "" for what is no name.
[[nodiscard]] std::string sysctl_path(std::string_view name);

struct SysctlRule {
  std::string path;        // "net/core/somaxconn", "kernel/shm"
  bool beginning = false;  // of more names: "kernel.shm*"
  bool any_value = false;
  std::vector<std::string> values;  // each words; any of them
};

[[nodiscard]] bool matches_name(const SysctlRule& rule, std::string_view path);
[[nodiscard]] bool matches(const SysctlRule& rule, std::string_view path, std::string_view value);

// A text, or an object of a name and values.
[[nodiscard]] std::optional<SysctlRule> parse_sysctl_rule(const doc::Cursor& item, doc::Diagnostics& wrong);

}  // namespace hardened::controls
