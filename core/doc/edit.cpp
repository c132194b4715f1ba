#include "core/doc/edit.h"

#include <algorithm>
#include <utility>

#include "core/doc/cursor.h"
#include "core/doc/edit_tree.h"
#include "core/doc/tokens.h"

namespace hardened::doc {
namespace {

struct Splice {
  Range cut;
  std::string text;
};

// What becomes of the elements of one list or object: their places, those that go, and the
// printed ones that come after the last.
struct Elements {
  std::vector<Range> places;
  std::vector<bool> gone;
  std::vector<std::string> added;
};

class Splicer {
 public:
  explicit Splicer(const Document& document) : document_(&document) {}

  Done edit(const EditNode& node, const Value& value);
  [[nodiscard]] std::string result();

 private:
  Done edit_object(const EditNode& node, const Value& object);
  Done edit_array(const EditNode& node, const Value& array);
  void splice(const Value& container, const Elements& elements);
  void replace(Range cut, std::string text) { splices_.push_back({cut, std::move(text)}); }

  const Document* document_;
  std::vector<Splice> splices_;  // disjoint
};

Done Splicer::edit(const EditNode& node, const Value& value) {
  if (const Edits::Change* change = node.last()) {
    if (!change->value) return misuse(node.pointer, "the document itself cannot be removed");
    replace(value.range(), print(*change->value));
    return done();
  }
  if (value.is(Kind::object)) return edit_object(node, value);
  if (value.is(Kind::array)) return edit_array(node, value);
  if (!node.sets()) return done();  // what would be removed is not there
  if (value.is(Kind::null)) {
    std::string object = TRY(printed(node));
    replace(value.range(), std::move(object));
    return done();
  }
  return Cursor(*document_, value).error("expected an object, found " + std::string(name(value.kind())));
}

Done Splicer::edit_object(const EditNode& node, const Value& object) {
  Elements elements;
  for (const Member& member : object.members()) {
    const auto child = node.children.find(member.key);
    const bool named = child != node.children.end();
    elements.places.push_back({member.key_range.begin, member.value.range().end});
    elements.gone.push_back(named && child->second.removes());
    if (named && !elements.gone.back()) TRY(edit(child->second, member.value));
  }
  for (const EditNode* child : in_order(node)) {
    if (!child->sets() || object.find(child->token) != nullptr) continue;
    const std::string value = TRY(printed(*child));
    elements.added.push_back(print(Value::string(child->token)) + ":" + value);
  }
  splice(object, elements);
  return done();
}

Done Splicer::edit_array(const EditNode& node, const Value& array) {
  Elements elements;
  for (const Value& item : array.items()) elements.places.push_back(item.range());
  elements.gone.assign(array.items().size(), false);
  for (const EditNode* child : in_order(node)) {
    const auto index = array_index(child->token);
    if (index && *index < array.items().size()) {
      elements.gone[*index] = child->removes();
      if (!child->removes()) TRY(edit(*child, array.items()[*index]));
    } else if (child->token == "-" && child->children.empty()) {
      for (const Edits::Change* change : child->changes) {
        if (change->value) elements.added.push_back(print(*change->value));
      }
    } else if (child->sets()) {
      return misuse(child->pointer, "no such item");
    }
  }
  splice(array, elements);
  return done();
}

std::string with_commas(const std::vector<std::string>& elements, std::string out) {
  for (const std::string& element : elements) {
    if (&element != &elements.front()) out += ',';
    out += element;
  }
  return out;
}

// An element that goes takes the comma after it and the space up to the next with it; those
// after the last that stays take the comma before them.
void Splicer::splice(const Value& container, const Elements& elements) {
  const std::vector<Range>& places = elements.places;
  std::size_t kept = places.size();  // one past the last that stays
  while (kept > 0 && elements.gone[kept - 1]) --kept;
  for (std::size_t i = 0; i + 1 < kept; ++i) {
    if (elements.gone[i]) replace({places[i].begin, places[i + 1].begin}, "");
  }
  if (kept == places.size() && elements.added.empty()) return;
  if (kept > 0) {
    replace({places[kept - 1].end, places.back().end},
            with_commas(elements.added, elements.added.empty() ? "" : ","));
    return;
  }
  const std::uint32_t inside = container.range().begin + 1;
  const Range all = places.empty() ? Range{inside, inside} : Range{places.front().begin, places.back().end};
  replace(all, with_commas(elements.added, ""));
}

std::string Splicer::result() {
  std::stable_sort(splices_.begin(), splices_.end(),
                   [](const Splice& a, const Splice& b) { return a.cut.begin < b.cut.begin; });
  const std::string_view text = document_->text;
  std::string out;
  std::size_t at = 0;
  for (const Splice& splice : splices_) {
    out += text.substr(at, splice.cut.begin - at);
    out += splice.text;
    at = splice.cut.end;
  }
  out += text.substr(at);
  return out;
}

}  // namespace

void Edits::set(std::string pointer, Value value) {
  changes_.push_back({std::move(pointer), std::move(value)});
}

void Edits::remove(std::string pointer) { changes_.push_back({std::move(pointer), std::nullopt}); }

Result<std::string> apply(const Document& document, const Edits& edits) {
  if (edits.empty()) return document.text;
  const EditNode root = TRY(edit_tree(edits));
  Splicer splicer(document);
  TRY(splicer.edit(root, document.root));
  return splicer.result();
}

}  // namespace hardened::doc
