#include "ctl/policy_case_pointer.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "controls/fields_table.h"
#include "core/base/text.h"
#include "core/doc/tokens.h"

namespace hardened::ctl {
namespace {

using controls::field_table;
using controls::field_tree;
using controls::Shape;

// The row of what stands below another by that name; nothing where nothing can.
std::optional<std::size_t> row_below(std::size_t row, std::string_view token) {
  switch (field_table()[row].shape) {
    case Shape::object: return controls::row_below(row, token);
    case Shape::map: {
      if (!doc::decode_token(token)) return std::nullopt;
      const auto named = controls::row_below(row, token);
      return named ? named : controls::row_below(row, "*");
    }
    case Shape::list: return doc::array_index(token) ? std::optional(row + 1) : std::nullopt;
    default: return std::nullopt;
  }
}

std::string unknown_field(std::size_t row, std::string_view above, std::string_view token) {
  const std::string whole = printable(above);
  std::vector<std::string_view> known;
  const auto tree = field_tree();
  for (std::size_t at = row + 1; at < tree[row].end; at = tree[at].end) known.push_back(tree[at].token);
  const std::string_view near = nearest(token, known);
  const std::string hint = near.empty() ? "" : ", did you mean " + whole + "/" + std::string(near) + "?";
  return "no field of the specification" + hint;
}

std::string why_nothing(std::size_t row, std::string_view above, std::string_view token) {
  switch (field_table()[row].shape) {
    case Shape::object: return unknown_field(row, above, token);
    case Shape::list: return printable(above) + " is a list, whose items are 0, 1 and so on";
    case Shape::map: return "in a pointer ~ is written as ~0, and / inside of a name as ~1";
    default: return "nothing stands below " + printable(above) + "; / inside of a name is written as ~1";
  }
}

}  // namespace

std::string not_told_at(std::string_view pointer, const controls::Spec& asked) {
  if (!asked.covers(pointer))
    return "this call carries " + std::string(controls::root_of(asked.scope())) + " alone";
  std::size_t row = 0;
  std::size_t done = 0;
  while (done < pointer.size() && field_table()[row].shape != Shape::anything) {
    const std::size_t end = std::min(pointer.find('/', done + 1), pointer.size());
    const std::string_view token = pointer.substr(done + 1, end - done - 1);
    const auto below = row_below(row, token);
    if (!below && asked.find(pointer.substr(0, end))) return "";
    if (!below) return why_nothing(row, pointer.substr(0, done), token);
    row = *below;
    done = end;
  }
  return "";
}

}  // namespace hardened::ctl
