#include "controls/fields.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "controls/fields_lexical.h"
#include "controls/fields_table.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::size_t kMostFindings = 32;  // of each kind; a document may have a million fields

// Where the walk stands. Pointers are only put together when there is something to say.
struct Place {
  const Place* whole = nullptr;  // what this is part of
  std::string_view key;          // of an object or a map
  std::size_t index = 0;         // of a list
  Shape of = Shape::object;      // what `whole` is
};

std::string pointer_of(const Place& place, std::string_view root) {
  if (place.whole == nullptr) return std::string(root);
  const std::string above = pointer_of(*place.whole, root);
  return place.of == Shape::list ? doc::child(above, place.index) : doc::child(above, place.key);
}

// The same with `*` for items of lists and keys of maps: what a policy accepts, it accepts for each of them.
std::string pattern_of(const Place& place, std::string_view root) {
  if (place.whole == nullptr) return std::string(root);
  const std::string above = pattern_of(*place.whole, root);
  return place.of == Shape::object ? doc::child(above, place.key) : above + "/*";
}

bool at_or_below(std::string_view pointer, std::string_view top) {
  return pointer.substr(0, top.size()) == top && (pointer.size() == top.size() || pointer[top.size()] == '/');
}

// The known field that a reader which folds case would take this key for; "" if there is none.
std::string_view look_alike(std::size_t row, std::string_view key) {
  const auto tree = field_tree();
  const std::string wanted = folded(key);
  for (std::size_t at = row + 1; at < tree[row].end; at = tree[at].end) {
    if (folded(tree[at].token) == wanted) return tree[at].token;
  }
  return {};
}

bool fits(doc::Kind kind, Shape shape) {
  switch (shape) {
    case Shape::text: return kind == doc::Kind::string;
    case Shape::number: return kind == doc::Kind::number;
    case Shape::boolean: return kind == doc::Kind::boolean;
    case Shape::list: return kind == doc::Kind::array;
    case Shape::object:
    case Shape::map: return kind == doc::Kind::object;
    case Shape::anything: return true;
  }
  return false;
}

std::string_view words(Shape shape) {
  switch (shape) {
    case Shape::text: return "a string";
    case Shape::number: return "a number";
    case Shape::boolean: return "true or false";
    case Shape::list: return "a list";
    case Shape::object:
    case Shape::map: return "an object";
    case Shape::anything: return "anything";
  }
  return "anything";
}

struct Unknown {
  std::string pointer;
  std::string pattern;
  std::uint32_t offset;  // of its key
};

class Walk {
 public:
  Walk(const Spec& spec, const FieldRules& rules)
      : document_(spec.document()), root_(root_of(spec.scope())), rules_(rules) {}

  Done value(const Place& place, std::size_t row, const doc::Value& value, bool waiting);
  FieldFindings findings(std::string_view file) &&;

 private:
  Done scalar(const Place& place, Shape shape, const doc::Value& value) const;
  Done object(const Place& place, std::size_t row, const doc::Value& value, bool waiting);
  Done map(const Place& place, std::size_t row, const doc::Value& value, bool waiting);
  Done list(const Place& place, std::size_t row, const doc::Value& value, bool waiting);
  void unknown(const Place& place, std::uint32_t offset);
  Error error(std::uint32_t offset, std::string_view message) const {
    return Error{Fault::syntax, document_.point(offset, message)};
  }
  Error misshapen(const Place& place, Shape shape, const doc::Value& value) const;

  const doc::Document& document_;
  std::string_view root_;
  const FieldRules& rules_;
  FieldFindings found_;
  std::vector<Unknown> refused_;
  std::size_t more_refused_ = 0;
};

Error Walk::misshapen(const Place& place, Shape shape, const doc::Value& value) const {
  const std::string pointer = pointer_of(place, root_);
  const std::string what = pointer.empty() ? "the document" : printable(pointer);
  return error(value.range().begin, what + " has to be " + std::string(words(shape)) + ", and is " +
                                        std::string(doc::name(value.kind())));
}

Done Walk::value(const Place& place, std::size_t row, const doc::Value& value, bool waiting) {
  const Field& field = field_table()[row];
  if (!fits(value.kind(), field.shape)) {
    // A member of an object that is null is absent, for Go's decoder and for us (core/doc/cursor.h); an
    // item that is null is an entry to Go, with all its fields empty: nothing that an engine writes.
    const bool absent = place.whole != nullptr && place.of == Shape::object && value.is(doc::Kind::null);
    if (absent) return done();
    return misshapen(place, field.shape, value);
  }
  if (field.shape == Shape::anything && value.is(doc::Kind::null)) return done();
  TRY(scalar(place, field.shape, value));
  const bool waits = field.standing == Standing::waiting;
  if (waits && !waiting && found_.waiting.size() < kMostFindings) {
    found_.waiting.push_back(printable(pointer_of(place, root_)) + " (" + std::string(field.by) + ")");
  }
  switch (field.shape) {
    case Shape::object: return object(place, row, value, waits);
    case Shape::map: return map(place, row, value, waits);
    case Shape::list: return list(place, row, value, waits);
    default: return done();
  }
}

Done Walk::scalar(const Place& place, Shape shape, const doc::Value& value) const {
  if (shape == Shape::number && !is_integer(value.text())) {
    return error(value.range().begin, printable(pointer_of(place, root_)) +
                                          " has to be an integer, in decimal digits and of at most 64 bits");
  }
  if (shape == Shape::text && has_nul(value.text())) {
    return error(value.range().begin,
                 printable(pointer_of(place, root_)) +
                     " has a NUL inside: what follows it is there for some readers only");
  }
  return done();
}

Done Walk::object(const Place& place, std::size_t row, const doc::Value& value, bool waiting) {
  for (const doc::Member& member : value.members()) {
    const Place here{&place, member.key, 0, Shape::object};
    if (const auto known = row_below(row, member.key)) {
      TRY(this->value(here, *known, member.value, waiting));
      continue;
    }
    const std::string_view twin = look_alike(row, member.key);
    if (!twin.empty()) {
      return error(member.key_range.begin,
                   printable(pointer_of(here, root_)) + " is read as " + std::string(twin) +
                       " by some runtimes and ignored by others; write it as " + std::string(twin));
    }
    if (!is_plain(member.key)) {
      return error(member.key_range.begin,
                   printable(pointer_of(here, root_)) +
                       " is not printable ASCII, as the name of every field of the specification is");
    }
    unknown(here, member.key_range.begin);
  }
  return done();
}

Done Walk::map(const Place& place, std::size_t row, const doc::Value& value, bool waiting) {
  const std::optional<std::size_t> any = row_below(row, "*");
  for (const doc::Member& member : value.members()) {
    const Place here{&place, member.key, 0, Shape::map};
    if (has_nul(member.key))
      return error(member.key_range.begin,
                   printable(pointer_of(here, root_)) +
                       " has a NUL inside: what follows it is there for some readers only");
    const auto named = row_below(row, member.key);
    TRY(this->value(here, named ? *named : *any, member.value, waiting));
  }
  return done();
}

Done Walk::list(const Place& place, std::size_t row, const doc::Value& value, bool waiting) {
  const std::vector<doc::Value>& items = value.items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    TRY(this->value(Place{&place, {}, i, Shape::list}, row + 1, items[i], waiting));
  }
  return done();
}

void Walk::unknown(const Place& place, std::uint32_t offset) {
  Unknown field{pointer_of(place, root_), pattern_of(place, root_), offset};
  const bool accepted =
      std::any_of(rules_.accepted.begin(), rules_.accepted.end(), [&](const std::string& top) {
        return !top.empty() && (at_or_below(field.pointer, top) || at_or_below(field.pattern, top));
      });
  if (accepted || rules_.unknown == UnknownFields::record) {
    if (found_.unknown.size() < kMostFindings) found_.unknown.push_back(printable(field.pointer));
  } else if (refused_.size() < kMostFindings) {
    refused_.push_back(std::move(field));
  } else {
    ++more_refused_;
  }
}

// As YAML takes it inside of a list: plain where it can be, quoted as JSON otherwise.
std::string yaml_word(const std::string& pointer) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_.-*~";
  if (pointer.find_first_not_of(plain) == std::string::npos) return pointer;
  return doc::print(doc::Value::string(pointer));
}

// The line that lets all of them pass, beside what the policy accepts already.
std::string accepting_line(const FieldRules& rules, const std::vector<Unknown>& refused) {
  std::vector<std::string> pointers = rules.accepted;
  for (const Unknown& field : refused) {
    if (std::find(pointers.begin(), pointers.end(), field.pattern) == pointers.end()) {
      pointers.push_back(field.pattern);
    }
  }
  std::string line = "accepted_fields: [";
  for (std::size_t i = 0; i < pointers.size(); ++i) line += (i == 0 ? "" : ", ") + yaml_word(pointers[i]);
  return line + "]";
}

FieldFindings Walk::findings(std::string_view file) && {
  const std::string line = accepting_line(rules_, refused_);
  for (const Unknown& field : refused_) {
    found_.refused.push_back(
        document_.point(field.offset, "hardened does not know the field " + printable(field.pointer) +
                                          " (unknown_fields: refuse, " + printable(rules_.origin) +
                                          "); to let it pass, write into " + printable(file) + ": " + line));
  }
  if (more_refused_ != 0) {
    found_.refused.push_back("and " + std::to_string(more_refused_) +
                             " more fields that hardened does not know");
  }
  return std::move(found_);
}

}  // namespace

Result<FieldFindings> check_fields(const Spec& spec, const FieldRules& rules, std::string_view file) {
  Walk walk(spec, rules);
  TRY(walk.value(Place{}, row_of(spec.scope()), spec.document().root, false));
  return std::move(walk).findings(file);
}

}  // namespace hardened::controls
