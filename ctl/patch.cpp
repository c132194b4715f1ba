#include "ctl/patch.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/doc/edit_tree.h"
#include "core/doc/json.h"
#include "core/doc/tokens.h"

namespace hardened::ctl {
namespace {

using doc::EditNode;
using doc::Kind;
using doc::Value;

class Patch {
 public:
  Done edit(const EditNode& node, const Value& value);
  [[nodiscard]] Value result() && { return Value::array(std::move(operations_)); }

 private:
  void add(const char* operation, const std::string& path, std::optional<Value> value);
  // What stands where the source has nothing, or null.
  Done put(const char* operation, const EditNode& node);
  Done edit_object(const EditNode& node, const Value& object);
  Done edit_list(const EditNode& node, const Value& list);

  std::vector<Value> operations_;
};

void Patch::add(const char* operation, const std::string& path, std::optional<Value> value) {
  std::vector<doc::Member> members{{"op", Value::string(operation), {}}, {"path", Value::string(path), {}}};
  if (value) members.push_back({"value", *std::move(value), {}});
  operations_.push_back(Value::object(std::move(members)));
}

Done Patch::put(const char* operation, const EditNode& node) {
  std::string text = TRY(doc::printed(node));
  doc::Document made = TRY(doc::read_json("edit", std::move(text)));
  add(operation, node.pointer, std::move(made.root));
  return done();
}

Done Patch::edit(const EditNode& node, const Value& value) {
  if (const doc::Edits::Change* change = node.last()) {
    if (!change->value) return doc::misuse(node.pointer, "the document itself cannot be removed");
    add("replace", node.pointer, change->value);
    return done();
  }
  if (value.is(Kind::object)) return edit_object(node, value);
  if (value.is(Kind::array)) return edit_list(node, value);
  if (!node.sets()) return done();
  if (value.is(Kind::null)) return put("replace", node);
  return doc::misuse(node.pointer, "expected an object");
}

Done Patch::edit_object(const EditNode& node, const Value& object) {
  for (const EditNode* child : doc::in_order(node)) {
    const Value* there = object.find(child->token);
    if (there != nullptr && child->removes()) {
      add("remove", child->pointer, std::nullopt);
    } else if (there != nullptr) {
      TRY(edit(*child, *there));
    } else if (child->sets()) {
      TRY(put("add", *child));
    }
  }
  return done();
}

Done Patch::edit_list(const EditNode& node, const Value& list) {
  std::vector<std::pair<std::size_t, const EditNode*>> gone;
  std::vector<const EditNode*> added;
  for (const EditNode* child : doc::in_order(node)) {
    const auto index = doc::array_index(child->token);
    if (index && *index < list.items().size()) {
      if (child->removes()) gone.emplace_back(*index, child);
      if (!child->removes()) TRY(edit(*child, list.items()[*index]));
    } else if (child->token == "-" && child->children.empty()) {
      added.push_back(child);
    } else if (child->sets()) {
      return doc::misuse(child->pointer, "no such item");
    }
  }
  std::sort(gone.begin(), gone.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [index, child] : gone) add("remove", child->pointer, std::nullopt);
  for (const EditNode* child : added) {
    for (const doc::Edits::Change* change : child->changes) {
      if (change->value) add("add", child->pointer, change->value);
    }
  }
  return done();
}

}  // namespace

Result<Value> patch_of(const doc::Document& document, const doc::Edits& edits) {
  Patch patch;
  if (!edits.empty()) {
    const EditNode root = TRY(doc::edit_tree(edits));
    TRY(patch.edit(root, document.root));
  }
  return std::move(patch).result();
}

}  // namespace hardened::ctl
