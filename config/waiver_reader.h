// One waiver, read and written: in the file, and as the line that a policy keeps of it (waivers.h).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/layers.h"
#include "config/waivers.h"
#include "core/doc/cursor.h"

namespace hardened::config {

// In which line of the policy the rule for each control stands, in the order of the waiver's `controls`.
struct RuleLine {
  std::string control;
  std::uint64_t line = 0;
};

// What is wrong with each part is said of that part; nothing when the waiver as a whole cannot be read.
[[nodiscard]] std::optional<Waiver> read_waiver(const doc::Cursor& at, const Layers& rules,
                                                doc::Diagnostics& wrong);
// Where its rules stand: "path:line".
void set_origins(Waiver& waiver, const std::string& path, const std::vector<RuleLine>& lines);

// "sha256:… sha256:…\t{…}", without the newline.
[[nodiscard]] std::string waiver_line(const Waiver& waiver, const doc::Value& written,
                                      const std::vector<RuleLine>& lines);
// Does the line begin with that id?
[[nodiscard]] bool is_for(std::string_view line, std::string_view id);
// {"lines": {"capabilities": 41}, "waiver": {…}}
[[nodiscard]] Result<doc::Document> read_line(std::string_view line);
[[nodiscard]] Result<std::vector<RuleLine>> rule_lines(const doc::Cursor& line);

}  // namespace hardened::config
