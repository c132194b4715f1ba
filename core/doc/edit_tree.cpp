#include "core/doc/edit_tree.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/doc/tokens.h"

namespace hardened::doc {
namespace {

Done plant(EditNode& root, const Edits::Change& change, std::size_t order) {
  EditNode* node = &root;
  std::string_view rest = change.pointer;
  while (!rest.empty()) {
    if (rest.front() != '/') return misuse(change.pointer, "no JSON pointer");
    const std::size_t end = std::min(rest.find('/', 1), rest.size());
    const auto token = decode_token(rest.substr(1, end - 1));
    if (!token) return misuse(change.pointer, "no JSON pointer");
    if (!node->changes.empty()) return misuse(change.pointer, "stands below a place that is set or removed");
    rest.remove_prefix(end);
    const auto [child, fresh] = node->children.try_emplace(*token);
    if (fresh) {
      child->second.pointer = change.pointer.substr(0, change.pointer.size() - rest.size());
      child->second.token = *token;
      child->second.order = order;
    }
    node = &child->second;
  }
  if (!node->children.empty()) return misuse(change.pointer, "stands above a place that is set or removed");
  node->changes.push_back(&change);
  return done();
}

}  // namespace

Error misuse(std::string_view pointer, std::string_view why) {
  return {Fault::internal, "edit at '" + printable(pointer) + "': " + std::string(why)};
}

bool EditNode::sets() const {
  // Of several at one "-", an earlier one may set what the last does not.
  const bool here =
      std::any_of(changes.begin(), changes.end(), [](const auto* c) { return c->value.has_value(); });
  if (here) return token == "-" || !removes();
  return std::any_of(children.begin(), children.end(), [](const auto& child) { return child.second.sets(); });
}

Result<EditNode> edit_tree(const Edits& edits) {
  EditNode root;
  std::size_t order = 0;
  for (const Edits::Change& change : edits.changes()) TRY(plant(root, change, order++));
  return root;
}

std::vector<const EditNode*> in_order(const EditNode& node) {
  std::vector<const EditNode*> out;
  out.reserve(node.children.size());
  for (const auto& [token, child] : node.children) out.push_back(&child);
  std::sort(out.begin(), out.end(), [](const EditNode* a, const EditNode* b) { return a->order < b->order; });
  return out;
}

Result<std::string> printed(const EditNode& node) {
  if (node.last() != nullptr) return print(*node.last()->value);
  std::string out;
  for (const EditNode* child : in_order(node)) {
    if (!child->sets()) continue;
    // Below something that is missing nobody knows whether "-" is an append or a key.
    if (child->token == "-") return misuse(child->pointer, "appends to a list that is not there");
    const std::string value = TRY(printed(*child));
    out += (out.empty() ? '{' : ',') + print(Value::string(child->token)) + ':' + value;
  }
  return out.empty() ? "{}" : out + '}';
}

}  // namespace hardened::doc
