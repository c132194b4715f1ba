// Changes to a document, written by splicing byte ranges.
//
//   Edits edits;
//   edits.set("/linux/resources/pids/limit", Value::number(std::int64_t{4096}));
//   edits.remove("/linux/devices/3");
//   const std::string text = apply(document, edits);
//
// Every byte that no edit names is the source's own byte, in its own place; that is why this is
// not done by printing the tree again. Pointers mean places in the *source*: removing item 3 does
// not rename item 4.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/doc/value.h"

namespace hardened::doc {

class Edits {
 public:
  // Replaces the value there. A missing member is added at the end of its object; missing
  // objects on the way (or null ones) are made. "-" as the last token appends to an array; set
  // twice at the same "-" appends twice. Setting below a value that was itself set or removed is
  // an internal error of the caller, as is an index that is not there.
  void set(std::string pointer, Value value);
  // Takes a member or an item out, with its comma. What is not there stays not there.
  void remove(std::string pointer);

  [[nodiscard]] bool empty() const { return changes_.empty(); }

  struct Change {
    std::string pointer;
    std::optional<Value> value;  // nothing: remove
  };
  [[nodiscard]] const std::vector<Change>& changes() const { return changes_; }

 private:
  std::vector<Change> changes_;
};

[[nodiscard]] Result<std::string> apply(const Document& document, const Edits& edits);

}  // namespace hardened::doc
