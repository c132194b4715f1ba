#include "tests/support/mutations.h"

#include <array>
#include <string_view>
#include <utility>

namespace hardened::test {
namespace {

using doc::Document;
using doc::Kind;
using doc::Range;
using doc::Value;

std::string spliced(const std::string& text, Range range, std::string_view bytes) {
  std::string out = text.substr(0, range.begin);
  out += bytes;
  out += text.substr(range.end);
  return out;
}

struct Visited {
  const doc::Member* member;  // nullptr for an item of a list and for the root
  const Value* value;
  std::string pointer;
};

// Of a long list, the first two items and the last: the others would say the same.
bool worth_it(std::size_t index, std::size_t size) { return index < 2 || index + 1 == size; }

void visit(const Value& value, const doc::Member* member, const std::string& pointer,
           std::vector<Visited>& out) {
  out.push_back({member, &value, pointer});
  for (const doc::Member& each : value.members())
    visit(each.value, &each, doc::child(pointer, each.key), out);
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    if (worth_it(i, value.items().size())) visit(value.items()[i], nullptr, doc::child(pointer, i), out);
  }
}

std::vector<Visited> all_of(const Document& document) {
  std::vector<Visited> all;
  visit(document.root, nullptr, "", all);
  return all;
}

std::string replaced_first(std::string text, std::string_view part, std::string_view by) {
  const std::size_t at = text.find(part);
  if (at != std::string::npos) text.replace(at, part.size(), by);
  return text;
}

// Keys that Go's encoding/json reads as `key`.
std::vector<std::string> folding(const std::string& key) {
  std::vector<std::string> twins;
  const auto add = [&](std::string twin) {
    if (twin != key) twins.push_back(std::move(twin));
  };
  std::string upper = key;
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  add(upper);
  add(replaced_first(key, "s", "\xc5\xbf"));      // U+017F, the long s
  add(replaced_first(key, "k", "\xe2\x84\xaa"));  // U+212A, the Kelvin sign
  return twins;
}

void add_cuts(const std::string& text, std::vector<Mutation>& out) {
  constexpr std::size_t kCuts = 60;
  for (std::size_t i = 0; i < kCuts; ++i) {
    const std::size_t length = text.size() * i / kCuts;
    out.push_back({"cut after " + std::to_string(length) + " bytes", text.substr(0, length)});
  }
  out.push_back({"without its last byte", text.substr(0, text.size() - 1)});
}

void add_around(const std::string& text, std::vector<Mutation>& out) {
  using namespace std::string_literals;
  out.push_back({"a byte order mark before it", "\xef\xbb\xbf" + text});
  out.push_back({"UTF-16", "\xff\xfe"s + text});
  for (const std::string& behind : {"}}"s, "{}"s, "garbage"s, "\0"s, ","s, text}) {
    out.push_back({"bytes behind it: " + std::to_string(behind.size()), text + behind});
  }
  out.push_back({"in a list", "[" + text + "]"});
  out.push_back({"a comment", "/* why not */" + text});
  out.push_back({"blanks only", " \n\t"});
}

// Bytes that a string or a value must not hold, put into the first string and before the first value.
void add_inside(const Document& document, std::vector<Mutation>& out) {
  using namespace std::string_literals;
  const doc::Member& first = document.root.members().front();
  const std::array strings{"\0"s,       "\n"s,           "\x1f"s,
                           "\xff"s,     "\x80"s,         "\xc0\xaf"s,
                           "\xe2\x82"s, "\xed\xa0\x80"s, "\xf4\x90\x80\x80"s,
                           "\\ud800"s,  "\\udc00 "s,     "\\ud800\\u0041"s,
                           "\\x41"s,    "\\u12"s,        "\\"s,
                           "\\u0000"s};
  for (const std::string& bytes : strings) {
    const Range key{first.key_range.begin + 1, first.key_range.begin + 1};
    out.push_back({"in a key: " + doc::print(Value::string(bytes)), spliced(document.text, key, bytes)});
  }
  const std::array values{"NaN"s,    "Infinity"s, "-"s,   "01"s, "+1"s,   ".5"s,         "1."s,    "0x10"s,
                          "'text'"s, "True"s,     "nil"s, ""s,   "[1,]"s, "{\"a\":1,}"s, "{a:1}"s, "[1 2]"s};
  for (const std::string& bytes : values) {
    out.push_back({"as a value: " + bytes, spliced(document.text, first.value.range(), bytes)});
  }
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  out.push_back({"a hundred lists in one another", spliced(document.text, first.value.range(), deep)});
  out.push_back(
      {"a million lists opened", spliced(document.text, first.value.range(), std::string(1000000, '['))});
}

}  // namespace

std::vector<Mutation> broken_texts(const Document& document) {
  std::vector<Mutation> out;
  add_cuts(document.text, out);
  add_around(document.text, out);
  add_inside(document, out);
  return out;
}

std::vector<Mutation> second_keys(const Document& document) {
  std::vector<Mutation> out;
  for (const Visited& at : all_of(document)) {
    if (at.member == nullptr) continue;
    std::vector<std::string> keys = folding(at.member->key);
    keys.push_back(at.member->key);
    for (const std::string& key : keys) {
      const std::string second = "," + doc::print(Value::string(key)) + ":null";
      const Range behind{at.value->range().end, at.value->range().end};
      out.push_back({at.pointer + " again as " + key, spliced(document.text, behind, second)});
    }
  }
  return out;
}

std::vector<Mutation> other_kinds(const Document& document) {
  constexpr std::array<std::pair<Kind, std::string_view>, 5> kKinds{{{Kind::boolean, "true"},
                                                                     {Kind::number, "7"},
                                                                     {Kind::string, "\"7\""},
                                                                     {Kind::array, "[]"},
                                                                     {Kind::object, "{}"}}};
  std::vector<Mutation> out;
  for (const Visited& at : all_of(document)) {
    for (const auto& [kind, bytes] : kKinds) {
      if (kind == at.value->kind()) continue;
      out.push_back(
          {at.pointer + " as " + std::string(bytes), spliced(document.text, at.value->range(), bytes)});
    }
  }
  return out;
}

std::vector<Mutation> no_integers(const Document& document) {
  constexpr std::array<std::string_view, 6> kNumbers{
      "1e400", "1.5", "18446744073709551616", "-9223372036854775809", "1.8446744073709552e19", "1e2"};
  std::vector<Mutation> out;
  for (const Visited& at : all_of(document)) {
    if (!at.value->is(Kind::number)) continue;
    for (const std::string_view number : kNumbers) {
      out.push_back(
          {at.pointer + " as " + std::string(number), spliced(document.text, at.value->range(), number)});
    }
  }
  return out;
}

}  // namespace hardened::test
