#include "core/doc/tree.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "core/base/text.h"
#include "core/doc/json.h"

namespace hardened::doc {
namespace {

// Up to here comparing each with each is faster than sorting.
constexpr std::size_t kFewKeys = 12;

}  // namespace

bool Tree::refuse(std::uint32_t offset, std::string why) {
  refusal_ = {offset, std::move(why)};
  return false;
}

bool Tree::open(Kind kind, std::uint32_t begin) {
  if (frames_.size() >= static_cast<std::size_t>(kDeepest)) {
    return refuse(begin, "nested deeper than " + std::to_string(kDeepest) + " levels");
  }
  frames_.push_back({kind, begin, values_.size(), keys_.size()});
  return true;
}

bool Tree::key(std::string text, Range range) {
  keys_.push_back({std::move(text), range});
  return true;
}

bool Tree::leaf(Value value, Range range) {
  if (++seen_ > kMostValues)
    return refuse(range.begin, "more than " + std::to_string(kMostValues) + " values");
  Builder::place(value, range);
  values_.push_back(std::move(value));
  return true;
}

bool Tree::close(std::uint32_t end) {
  const Frame frame = frames_.back();
  if (frame.kind == Kind::object && !distinct(frame.keys)) return false;
  frames_.pop_back();
  Value value = frame.kind == Kind::object ? take_object(frame) : take_array(frame);
  return leaf(std::move(value), {frame.begin, end});
}

bool Tree::wants_key() const {
  if (frames_.empty() || frames_.back().kind != Kind::object) return false;
  const Frame& frame = frames_.back();
  return keys_.size() - frame.keys == values_.size() - frame.values;
}

Value Tree::take_root() { return values_.empty() ? Value{} : std::move(values_.front()); }

bool Tree::refuse_twice(const Key& key) {
  std::string why = "key '" + printable(key.text) + "' stands twice in one object";
  if (twice_ == Twice::refuse) return refuse(key.range.begin, std::move(why));
  gathered_.push_back({key.range.begin, std::move(why)});
  return true;
}

bool Tree::distinct(std::size_t first_key) {
  const std::size_t count = keys_.size() - first_key;
  if (count <= kFewKeys) {
    for (std::size_t i = first_key; i < keys_.size(); ++i) {
      const bool stood = std::any_of(keys_.begin() + static_cast<std::ptrdiff_t>(first_key),
                                     keys_.begin() + static_cast<std::ptrdiff_t>(i),
                                     [&](const Key& before) { return before.text == keys_[i].text; });
      if (stood && !refuse_twice(keys_[i])) return false;
    }
    return true;
  }
  std::vector<const Key*> sorted;
  sorted.reserve(count);
  for (std::size_t i = first_key; i < keys_.size(); ++i) sorted.push_back(&keys_[i]);
  std::sort(sorted.begin(), sorted.end(), [](const Key* a, const Key* b) {
    const int order = a->text.compare(b->text);
    return order != 0 ? order < 0 : a < b;
  });
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i]->text == sorted[i - 1]->text && !refuse_twice(*sorted[i])) return false;
  }
  return true;
}

Value Tree::take_array(const Frame& frame) {
  const auto first = values_.begin() + static_cast<std::ptrdiff_t>(frame.values);
  std::vector<Value> items(std::make_move_iterator(first), std::make_move_iterator(values_.end()));
  values_.resize(frame.values);
  return Value::array(std::move(items));
}

Value Tree::take_object(const Frame& frame) {
  std::vector<Member> members;
  const std::size_t count = values_.size() - frame.values;
  members.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Key& key = keys_[frame.keys + i];
    members.push_back(Member{std::move(key.text), std::move(values_[frame.values + i]), key.range});
  }
  values_.resize(frame.values);
  keys_.resize(frame.keys);
  return Value::object(std::move(members));
}

}  // namespace hardened::doc
