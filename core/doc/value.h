// The one document model: JSON and YAML both become a tree of Values that know where they stood.
//
//   const Document document = TRY(doc::read_json("config.json", bytes));
//   if (const Value* pids = document.root.find("linux")) ...
//
// A Document keeps its source text, and each Value that was read keeps its byte range in it: an
// untouched value is written by copying that range, never by printing it again (edit.h). Numbers
// stay as they were written. Values are immutable once a reader has made them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/result.h"

namespace hardened::doc {

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };
[[nodiscard]] std::string_view name(Kind kind);

// Bytes [begin, end) of the source; empty (0, 0) in a value that was made, not read.
struct Range {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend bool operator==(const Range&, const Range&) = default;
};

struct Member;

class Value {
 public:
  Value() = default;  // null

  [[nodiscard]] static Value boolean(bool value);
  [[nodiscard]] static Value number(std::int64_t value);
  [[nodiscard]] static Value number(std::uint64_t value);
  [[nodiscard]] static Value lexeme(std::string digits);  // a number as written
  [[nodiscard]] static Value string(std::string text);
  [[nodiscard]] static Value array(std::vector<Value> items);
  [[nodiscard]] static Value object(std::vector<Member> members);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is(Kind kind) const { return kind_ == kind; }
  // Each is false or empty for a value of another kind.
  [[nodiscard]] bool truth() const { return truth_; }        // boolean
  [[nodiscard]] const std::string& text() const;             // string: decoded; number: as written
  [[nodiscard]] const std::vector<Value>& items() const;     // array
  [[nodiscard]] const std::vector<Member>& members() const;  // object, in the order of the source
  [[nodiscard]] Range range() const { return range_; }

  // The member of that exact name; nullptr when there is none or this is no object.
  [[nodiscard]] const Value* find(std::string_view key) const;

  // Same meaning as far as a document model can tell: kinds, texts and lexemes equal, members in
  // any order. Positions do not matter.
  friend bool operator==(const Value& a, const Value& b);

 private:
  friend class Builder;  // the readers
  template <class T>
  Value(Kind kind, T content) : kind_(kind), content_(std::move(content)) {}

  Kind kind_ = Kind::null;
  bool truth_ = false;
  Range range_;
  // A document has some thousand values: what they take is mostly this, once.
  std::variant<std::monostate, std::string, std::vector<Value>, std::vector<Member>> content_;
};

struct Member {
  std::string key;
  Value value;
  Range key_range;  // with its quotes, where it has them
};

// Lets a reader set what users of a Value cannot.
class Builder {
 public:
  static void place(Value& value, Range range) { value.range_ = range; }
};

struct Position {
  std::uint32_t line = 1;    // from 1
  std::uint32_t column = 1;  // from 1, in bytes
};

inline constexpr std::size_t kLongestShownLine = 200;

struct Document {
  std::string name;  // as people know it: "/etc/hardened/policy.yaml", "config.json"
  std::string text;
  Value root;

  [[nodiscard]] Position position(std::uint32_t offset) const;
  // "name:line:column: message", and where lines are short enough to help, the line with a caret:
  //
  //   policy.yaml:14:11: unknown capability 'SYS_ADMN', did you mean SYS_ADMIN?
  //    | ceiling: [SYS_ADMN]
  //    | ..........^
  [[nodiscard]] std::string point(std::uint32_t offset, std::string_view message) const;
  // Is the line there short enough for point() to show it?
  [[nodiscard]] bool shows_line(std::uint32_t offset) const;
};

// The value at an RFC 6901 pointer ("" is the root, "~1" is "/", "~0" is "~"), or nullptr.
[[nodiscard]] const Value* resolve(const Value& root, std::string_view pointer);
// "/annotations/" + one token, escaped.
[[nodiscard]] std::string child(std::string_view pointer, std::string_view key);
[[nodiscard]] std::string child(std::string_view pointer, std::size_t index);
// The pointer of a value that is part of the document, by identity; found by a walk, so only for
// messages.
[[nodiscard]] std::string pointer_of(const Document& document, const Value& value);

// Compact JSON: members in their order, lexemes as written, strings escaped so that every byte
// below 0x20 and 0x7f is gone; a byte that is no UTF-8 becomes U+FFFD, for JSON cannot say it.
[[nodiscard]] std::string print(const Value& value);
// Compact JSON with members sorted by key, bytewise: equal values give equal bytes.
[[nodiscard]] std::string print_canonical(const Value& value);

}  // namespace hardened::doc
