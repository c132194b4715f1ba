// Values as compact JSON.
#include <algorithm>

#include "core/doc/utf8.h"
#include "core/doc/value.h"

namespace hardened::doc {
namespace {

void escape(std::string& out, unsigned char byte) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (byte) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    default: break;
  }
  out += "\\u00";
  out += kHex[byte >> 4U];
  out += kHex[byte & 0xfU];
}

bool escaped(unsigned char byte) { return byte < 0x20 || byte == 0x7f || byte == '"' || byte == '\\'; }

// One past the ASCII characters from `at` on that stand for themselves.
std::size_t end_of_plain(std::string_view text, std::size_t at) {
  const auto ends = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || escaped(byte);
  };
  while (at < text.size() && !ends(text[at])) ++at;
  return at;
}

void print_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t at = 0;
  while (true) {
    const std::size_t end = end_of_plain(text, at);
    out += text.substr(at, end - at);
    if (end == text.size()) break;
    const auto byte = static_cast<unsigned char>(text[end]);
    const std::size_t length = sequence_length(text, end);
    if (escaped(byte)) {
      escape(out, byte);
    } else if (length == 0) {
      out += "\xef\xbf\xbd";  // JSON has no way to say such a byte; Go's encoder does the same
    } else {
      out += text.substr(end, length);
    }
    at = end + std::max<std::size_t>(length, 1);
  }
  out += '"';
}

enum class Order : std::uint8_t { source, sorted };

std::vector<const Member*> arranged(const std::vector<Member>& members, Order order) {
  std::vector<const Member*> out;
  out.reserve(members.size());
  for (const Member& member : members) out.push_back(&member);
  if (order == Order::sorted) {
    std::stable_sort(out.begin(), out.end(),
                     [](const Member* a, const Member* b) { return a->key < b->key; });
  }
  return out;
}

// Recursion is as deep as the value: a read one has at most kDeepest levels.
void print_value(std::string& out, const Value& value, Order order) {
  switch (value.kind()) {
    case Kind::null: out += "null"; return;
    case Kind::boolean: out += value.truth() ? "true" : "false"; return;
    case Kind::number: out += value.text(); return;
    case Kind::string: print_string(out, value.text()); return;
    case Kind::array: {
      char before = '[';
      for (const Value& item : value.items()) {
        out += before;
        before = ',';
        print_value(out, item, order);
      }
      out += value.items().empty() ? "[]" : "]";
      return;
    }
    case Kind::object: {
      char before = '{';
      for (const Member* member : arranged(value.members(), order)) {
        out += before;
        before = ',';
        print_string(out, member->key);
        out += ':';
        print_value(out, member->value, order);
      }
      out += value.members().empty() ? "{}" : "}";
      return;
    }
  }
}

}  // namespace

std::string print(const Value& value) {
  std::string out;
  print_value(out, value, Order::source);
  return out;
}

std::string print_canonical(const Value& value) {
  std::string out;
  print_value(out, value, Order::sorted);
  return out;
}

}  // namespace hardened::doc
