// Reads values of a document into types, with errors that name the place.
//
//   const Cursor rule{document, document.root};
//   TRY(rule.only({"maximum", "default"}));
//   const Cursor maximum = TRY(rule.need("maximum"));
//   const std::uint64_t most = TRY(maximum.unsigned_integer());
//
// A JSON null counts as absence, as it does for Go's decoder into the specification's types: find()
// does not find it. That is decided here, once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/doc/value.h"

namespace hardened::doc {

struct Entry;

class Cursor {
 public:
  Cursor(const Document& document, const Value& value) : document_(&document), value_(&value) {}

  [[nodiscard]] const Value& value() const { return *value_; }
  [[nodiscard]] const Document& document() const { return *document_; }
  [[nodiscard]] Kind kind() const { return value_->kind(); }

  [[nodiscard]] Result<bool> boolean() const;
  [[nodiscard]] Result<std::string_view> text() const;
  // A decimal integer that fits T, as Go's encoding/json demands: no fraction, no exponent.
  [[nodiscard]] Result<std::int64_t> signed_integer() const;
  [[nodiscard]] Result<std::uint64_t> unsigned_integer() const;
  [[nodiscard]] Result<std::vector<Cursor>> items() const;
  [[nodiscard]] Result<std::vector<Entry>> entries() const;

  // A member of an object; nothing when absent or null, and nothing when this is no object.
  [[nodiscard]] std::optional<Cursor> find(std::string_view key) const;
  [[nodiscard]] Result<Cursor> need(std::string_view key) const;
  // An error for each key of this object that is not among `known`, all of them in one, each
  // with the nearest known one.
  [[nodiscard]] Done only(std::span<const std::string_view> known) const;

  // A fault at this place.
  [[nodiscard]] Error error(std::string_view message) const;
  // "policy.yaml:14"
  [[nodiscard]] std::string where() const;

 private:
  const Document* document_;
  const Value* value_;
};

struct Entry {
  std::string_view key;
  Cursor value;

  // A fault of the key itself, pointing at it.
  [[nodiscard]] Error error(std::string_view message) const;
  Range key_range;
};

// The fault of a key that is not among `known`, with the nearest of them, or with all.
[[nodiscard]] Error unknown_key(const Entry& entry, std::span<const std::string_view> known);

// Collects what is wrong with a file, so that a person sees all of it at once.
//
//   Diagnostics wrong;
//   const auto maximum = wrong.take(cursor.unsigned_integer());   // std::optional
//   if (wrong.any()) return wrong.error(Fault::policy);
class Diagnostics {
 public:
  void add(Error error);
  template <class T>
  std::optional<T> take(Result<T> result) {
    if (result) return std::move(result).value();
    add(std::move(result).error());
    return std::nullopt;
  }
  bool check(Done result);  // false, and noted, when it failed
  [[nodiscard]] bool any() const { return !errors_.empty(); }
  [[nodiscard]] const std::vector<Error>& errors() const { return errors_; }
  // All of them, one below the other.
  [[nodiscard]] Error error(Fault fault) const;

 private:
  std::vector<Error> errors_;
};

}  // namespace hardened::doc
