// Edits as a tree of pointer tokens, for edit.cpp: those that share a parent meet in one node.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/doc/edit.h"

namespace hardened::doc {

[[nodiscard]] Error misuse(std::string_view pointer, std::string_view why);

struct EditNode {
  std::string pointer;
  std::string token;      // the last of the pointer, decoded
  std::size_t order = 0;  // of its first mention
  // Either changes or children. The last change counts, but for "-" in an array: each appends.
  std::vector<const Edits::Change*> changes;
  std::map<std::string, EditNode, std::less<>> children;

  [[nodiscard]] const Edits::Change* last() const { return changes.empty() ? nullptr : changes.back(); }
  [[nodiscard]] bool removes() const { return !changes.empty() && !changes.back()->value; }
  // Is anything set here or below?
  [[nodiscard]] bool sets() const;
};

// The edits must outlive the tree.
[[nodiscard]] Result<EditNode> edit_tree(const Edits& edits);
// Children in the order in which they were first mentioned.
[[nodiscard]] std::vector<const EditNode*> in_order(const EditNode& node);
// The value of a node whose place the source does not have, as JSON; only of one that sets().
[[nodiscard]] Result<std::string> printed(const EditNode& node);

}  // namespace hardened::doc
