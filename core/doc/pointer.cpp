// RFC 6901 over our values.
#include <optional>

#include "core/base/text.h"
#include "core/doc/tokens.h"
#include "core/doc/value.h"

namespace hardened::doc {

std::optional<std::string> decode_token(std::string_view token) {
  std::string out;
  out.reserve(token.size());
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      out += token[i];
      continue;
    }
    ++i;
    if (i == token.size() || (token[i] != '0' && token[i] != '1')) return std::nullopt;
    out += token[i] == '0' ? '~' : '/';
  }
  return out;
}

std::optional<std::size_t> array_index(std::string_view token) {
  unsigned long long index = 0;
  if (token.size() > 1 && token.front() == '0') return std::nullopt;
  if (!parse_decimal(token, index)) return std::nullopt;
  return static_cast<std::size_t>(index);
}

namespace {

const Value* step(const Value& value, std::string_view token) {
  if (value.is(Kind::array)) {
    const auto index = array_index(token);
    return index && *index < value.items().size() ? &value.items()[*index] : nullptr;
  }
  if (token.find('~') == std::string_view::npos) return value.find(token);
  const auto key = decode_token(token);
  return key ? value.find(*key) : nullptr;
}

// Appends to `pointer` the way from `from` to `target`; false, and nothing appended, when it is not below.
bool walk(const Value& from, const Value& target, std::string& pointer) {
  if (&from == &target) return true;
  const std::size_t length = pointer.size();
  for (std::size_t i = 0; i < from.items().size(); ++i) {
    pointer = child(pointer, i);
    if (walk(from.items()[i], target, pointer)) return true;
    pointer.resize(length);
  }
  for (const Member& member : from.members()) {
    pointer = child(pointer, member.key);
    if (walk(member.value, target, pointer)) return true;
    pointer.resize(length);
  }
  return false;
}

}  // namespace

const Value* resolve(const Value& root, std::string_view pointer) {
  const Value* value = &root;
  while (!pointer.empty()) {
    if (pointer.front() != '/') return nullptr;
    pointer.remove_prefix(1);
    const std::size_t end = pointer.find('/');
    value = step(*value, pointer.substr(0, end));
    if (value == nullptr) return nullptr;
    pointer = end == std::string_view::npos ? std::string_view{} : pointer.substr(end);
  }
  return value;
}

std::string child(std::string_view pointer, std::string_view key) {
  std::string out;
  out.reserve(pointer.size() + key.size() + 1);
  out += pointer;
  out += '/';
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string child(std::string_view pointer, std::size_t index) {
  return child(pointer, std::string_view(std::to_string(index)));
}

std::string pointer_of(const Document& document, const Value& value) {
  std::string pointer;
  walk(document.root, value, pointer);
  return pointer;
}

}  // namespace hardened::doc
