// The table of fields as a tree, for the walk of fields.cpp; made by the compiler.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "controls/fields.h"

namespace hardened::controls {

struct FieldNode {
  std::string_view token;  // the last of its pointer
  std::uint16_t end = 0;   // the first row behind all that is part of this one
};

// One node a row of field_table(), in its order. A document is walked along with it: the
// children of row i are i + 1, its end, the end of that, … up to the end of i.
[[nodiscard]] std::span<const FieldNode> field_tree();

// The child of that name; `*` of a list's items and of the keys of a map that no row names.
[[nodiscard]] std::optional<std::size_t> row_below(std::size_t row, std::string_view token);

// The row at which a call's document begins: that of root_of(scope).
[[nodiscard]] std::size_t row_of(Scope scope);

}  // namespace hardened::controls
