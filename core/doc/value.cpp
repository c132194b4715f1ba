#include "core/doc/value.h"

#include <algorithm>
#include <utility>

namespace hardened::doc {

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

Value Value::lexeme(std::string digits) {
  Value out;
  out.kind_ = Kind::number;
  out.text_ = std::move(digits);
  return out;
}

Value Value::string(std::string text) {
  Value out;
  out.kind_ = Kind::string;
  out.text_ = std::move(text);
  return out;
}

Value Value::array(std::vector<Value> items) {
  Value out;
  out.kind_ = Kind::array;
  out.items_ = std::move(items);
  return out;
}

Value Value::object(std::vector<Member> members) {
  Value out;
  out.kind_ = Kind::object;
  out.members_ = std::move(members);
  return out;
}

const Value* Value::find(std::string_view key) const {
  for (const Member& member : members_) {
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
  return a.kind_ == b.kind_ && a.truth_ == b.truth_ && a.text_ == b.text_ && a.items_ == b.items_ &&
         same_members(a.members_, b.members_);
}

}  // namespace hardened::doc
