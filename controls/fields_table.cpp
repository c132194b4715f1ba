#include "controls/fields_table.h"

#include <array>

#include "controls/fields_bundle.h"
#include "controls/fields_linux.h"
#include "controls/fields_process.h"
#include "controls/fields_resources.h"

namespace hardened::controls {
namespace {

constexpr std::array kTable =
    rows::joined(rows::kTopFields, rows::kProcessFields, rows::kBundleFields, rows::kLinuxFields,
                 rows::kResourceFields, rows::kOtherPlatformFields);

constexpr std::string_view above(std::string_view pointer) { return pointer.substr(0, pointer.rfind('/')); }

// Is `pointer` part of what stands at `whole`?
constexpr bool part_of(std::string_view pointer, std::string_view whole) {
  return pointer.size() > whole.size() && pointer[whole.size()] == '/' &&
         pointer.substr(0, whole.size()) == whole;
}

constexpr auto make_tree() {
  std::array<FieldNode, kTable.size()> tree{};
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    const std::string_view pointer = kTable[i].pointer;
    tree[i].token = pointer.empty() ? pointer : pointer.substr(pointer.rfind('/') + 1);
    std::size_t end = i + 1;
    while (end < kTable.size() && part_of(kTable[end].pointer, pointer)) ++end;
    tree[i].end = static_cast<std::uint16_t>(end);
  }
  return tree;
}

constexpr std::array kTree = make_tree();

// Each row stands among the children of the row that it is part of, so that the walk meets it.
constexpr bool every_row_is_reached() {
  std::size_t reached = 1;
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    for (std::size_t child = i + 1; child < kTree[i].end; child = kTree[child].end) {
      if (above(kTable[child].pointer) != kTable[i].pointer) return false;
      ++reached;
    }
  }
  return reached == kTable.size();
}

constexpr bool no_row_stands_twice() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    for (std::size_t a = i + 1; a < kTree[i].end; a = kTree[a].end) {
      for (std::size_t b = kTree[a].end; b < kTree[i].end; b = kTree[b].end) {
        if (kTree[a].token == kTree[b].token) return false;
      }
    }
  }
  return true;
}

// Only what holds fields has any; a list has just its items; a map has, last, the keys that no row names.
constexpr bool shapes_fit_their_children() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    const bool parent = kTree[i].end > i + 1;
    const Shape shape = kTable[i].shape;
    const bool holds = shape == Shape::list || shape == Shape::object || shape == Shape::map;
    if (parent != holds) return false;
    std::size_t last = i + 1;
    while (holds && kTree[last].end < kTree[i].end) last = kTree[last].end;
    if (shape == Shape::map && kTree[last].token != "*") return false;
    if (shape == Shape::list && (kTree[i + 1].token != "*" || kTree[i + 1].end != kTree[i].end)) return false;
  }
  return true;
}

constexpr bool every_row_says_why() {
  for (const Field& field : kTable) {
    if (field.by.empty()) return false;
    // A control's name is one word, a reason is not.
    if ((field.standing == Standing::harmless) != (field.by.find(' ') != std::string_view::npos))
      return false;
  }
  return true;
}

constexpr std::size_t row_at(std::string_view pointer) {
  std::size_t row = 0;
  while (row < kTable.size() && kTable[row].pointer != pointer) ++row;
  return row;
}
constexpr std::size_t kProcessRow = row_at("/process");
constexpr std::size_t kResourcesRow = row_at("/linux/resources");

static_assert(kProcessRow < kTable.size() && kResourcesRow < kTable.size());
static_assert(kTable.size() < 0xffff);
static_assert(every_row_is_reached());
static_assert(no_row_stands_twice());
static_assert(shapes_fit_their_children());
static_assert(every_row_says_why());

}  // namespace

std::span<const Field> field_table() { return kTable; }
std::span<const FieldNode> field_tree() { return kTree; }

std::optional<std::size_t> row_below(std::size_t row, std::string_view token) {
  for (std::size_t at = row + 1; at < kTree[row].end; at = kTree[at].end) {
    if (kTree[at].token == token) return at;
  }
  return std::nullopt;
}

std::size_t row_of(Scope scope) {
  switch (scope) {
    case Scope::bundle: return 0;
    case Scope::process: return kProcessRow;
    case Scope::resources: return kResourcesRow;
  }
  return 0;
}

}  // namespace hardened::controls
