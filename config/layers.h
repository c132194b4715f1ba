// A policy as it is read: the operator's file over the base that it extends.
//
//   const Layers log = top.below("decision_log");
//   const auto path = log.need("path");         // the operator's, else the base's
//
// A key that neither has is a fault: no default stands in the code.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "controls/control.h"
#include "core/doc/cursor.h"

namespace hardened::config {

class Layers {
 public:
  Layers(std::optional<doc::Cursor> own, std::optional<doc::Cursor> base) : own_(own), base_(base) {}

  [[nodiscard]] const std::optional<doc::Cursor>& own() const { return own_; }
  [[nodiscard]] bool empty() const { return !own_ && !base_; }

  // Each of the two below that key; both may then be missing.
  [[nodiscard]] Layers below(std::string_view key) const;
  [[nodiscard]] Result<doc::Cursor> need(std::string_view key) const;
  // Unknown keys of the operator's layer; that it is an object, too. The base was checked when it was
  // shipped.
  [[nodiscard]] Done only(std::span<const std::string_view> known) const;

  // Not of an empty one.
  [[nodiscard]] controls::Rule rule() const { return {own_, base_}; }
  // Where the operator says it ("/etc/hardened/policy.yaml:14"), or the base's name.
  [[nodiscard]] std::string origin() const;

 private:
  std::optional<doc::Cursor> own_;
  std::optional<doc::Cursor> base_;
};

}  // namespace hardened::config
