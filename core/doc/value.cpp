#include "core/doc/value.h"

#include <algorithm>
#include <utility>

namespace hardened::doc {

namespace {

template <class T>
const T& held(const T* content) {
  if (content != nullptr) return *content;
  static const T none{};
  return none;
}

}  // namespace

std::string_view name(Kind kind) {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::boolean: return "a boolean";
    case Kind::number: return "a number";
    case Kind::string: return "a string";
    case Kind::array: return "a list";
    case Kind::object: return "an object";
  }
  return "null";
}

Value Value::boolean(bool value) {
  Value out;
  out.kind_ = Kind::boolean;
  out.truth_ = value;
  return out;
}

Value Value::number(std::int64_t value) { return lexeme(std::to_string(value)); }
Value Value::number(std::uint64_t value) { return lexeme(std::to_string(value)); }

Value Value::lexeme(std::string digits) { return {Kind::number, std::move(digits)}; }
Value Value::string(std::string text) { return {Kind::string, std::move(text)}; }
Value Value::array(std::vector<Value> items) { return {Kind::array, std::move(items)}; }
Value Value::object(std::vector<Member> members) { return {Kind::object, std::move(members)}; }

const std::string& Value::text() const { return held(std::get_if<std::string>(&content_)); }
const std::vector<Value>& Value::items() const { return held(std::get_if<std::vector<Value>>(&content_)); }
const std::vector<Member>& Value::members() const {
  return held(std::get_if<std::vector<Member>>(&content_));
}

const Value* Value::find(std::string_view key) const {
  for (const Member& member : members()) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

namespace {

bool in_same_order(const std::vector<Member>& a, const std::vector<Member>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Member& one, const Member& other) {
    return one.key == other.key && one.value == other.value;
  });
}

std::vector<const Member*> by_key(const std::vector<Member>& members) {
  std::vector<const Member*> sorted;
  sorted.reserve(members.size());
  for (const Member& member : members) sorted.push_back(&member);
  std::sort(sorted.begin(), sorted.end(), [](const Member* a, const Member* b) { return a->key < b->key; });
  return sorted;
}

bool same_members(const std::vector<Member>& a, const std::vector<Member>& b) {
  if (a.size() != b.size()) return false;
  const bool same_keys =
      std::equal(a.begin(), a.end(), b.begin(),
                 [](const Member& one, const Member& other) { return one.key == other.key; });
  if (same_keys) return in_same_order(a, b);
  const auto left = by_key(a);
  const auto right = by_key(b);
  return std::equal(left.begin(), left.end(), right.begin(), [](const Member* one, const Member* other) {
    return one->key == other->key && one->value == other->value;
  });
}

}  // namespace

bool operator==(const Value& a, const Value& b) {
  return a.kind_ == b.kind_ && a.truth_ == b.truth_ && a.text() == b.text() && a.items() == b.items() &&
         same_members(a.members(), b.members());
}

}  // namespace hardened::doc
