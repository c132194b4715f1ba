// Builds a document's tree from the events of a reader, for json.cpp and yaml.cpp.
//
//   Tree tree;
//   tree.open(Kind::object, 0) && tree.key("a", {1, 4}) && tree.leaf(Value::boolean(true), {5, 9}) &&
//   tree.close(10)
//
// Finished values wait on one flat stack until the container around them closes and takes them in
// one allocation of the right size. A call that answers false has refused the document: fault()
// says why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/doc/value.h"

namespace hardened::doc {

// A value of two bytes takes some hundred of memory: a document of kMostBytes is not given a gigabyte.
inline constexpr std::size_t kMostValues = std::size_t{1} << 20U;

class Tree {
 public:
  struct Refusal {
    std::uint32_t offset = 0;
    std::string why;
  };

  // What a key that stands twice in an object is: the end of the reading, or one of those that are told at its end.
  enum class Twice : std::uint8_t { refuse, gather };
  explicit Tree(Twice twice = Twice::refuse) : twice_(twice) {}

  [[nodiscard]] bool open(Kind kind, std::uint32_t begin);  // array or object
  [[nodiscard]] bool key(std::string text, Range range);
  [[nodiscard]] bool leaf(Value value, Range range);
  // `end` is one past the bracket. A key that stands twice in the object is refused, or gathered.
  [[nodiscard]] bool close(std::uint32_t end);

  // Does the innermost open container wait for a key?
  [[nodiscard]] bool wants_key() const;
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }
  [[nodiscard]] const std::vector<Refusal>& gathered() const { return gathered_; }
  // Only after every container was closed; null when nothing was read.
  [[nodiscard]] Value take_root();

 private:
  struct Key {
    std::string text;
    Range range;
  };
  struct Frame {
    Kind kind;
    std::uint32_t begin;
    std::size_t values;  // where its own begin on the stacks
    std::size_t keys;
  };

  bool refuse(std::uint32_t offset, std::string why);
  bool distinct(std::size_t first_key);
  bool refuse_twice(const Key& key);
  Value take_array(const Frame& frame);
  Value take_object(const Frame& frame);

  std::vector<Frame> frames_;
  std::vector<Key> keys_;
  std::vector<Value> values_;
  std::size_t seen_ = 0;
  Refusal refusal_;
  Twice twice_;
  std::vector<Refusal> gathered_;
};

}  // namespace hardened::doc
