#include "tests/golden/indented.h"

namespace hardened::test {
namespace {

void append(std::string& out, const doc::Value& value, std::size_t depth);

void line(std::string& out, std::size_t depth) { out += "\n" + std::string(2 * depth, ' '); }

void append_members(std::string& out, const doc::Value& value, std::size_t depth) {
  out += '{';
  for (const doc::Member& member : value.members()) {
    if (&member != &value.members().front()) out += ',';
    line(out, depth + 1);
    out += doc::print(doc::Value::string(member.key)) + ": ";
    append(out, member.value, depth + 1);
  }
  line(out, depth);
  out += '}';
}

void append_items(std::string& out, const doc::Value& value, std::size_t depth) {
  out += '[';
  for (const doc::Value& item : value.items()) {
    if (&item != &value.items().front()) out += ',';
    line(out, depth + 1);
    append(out, item, depth + 1);
  }
  line(out, depth);
  out += ']';
}

void append(std::string& out, const doc::Value& value, std::size_t depth) {
  if (!value.members().empty()) return append_members(out, value, depth);
  if (!value.items().empty()) return append_items(out, value, depth);
  out += doc::print(value);
}

}  // namespace

std::string indented(const doc::Value& value) {
  std::string out;
  append(out, value, 0);
  return out + "\n";
}

}  // namespace hardened::test
