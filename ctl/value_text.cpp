#include "ctl/value_text.h"

#include <utility>

#include "core/base/text.h"

namespace hardened::ctl {
namespace {

using doc::Kind;
using doc::Value;

constexpr std::size_t kLongest = 4096;  // of one text
constexpr std::string_view kMore = "…";

std::string separated(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

std::string scalar(const Value& value) {
  if (value.is(Kind::null)) return "null";
  if (value.is(Kind::boolean)) return value.truth() ? "true" : "false";
  const std::string text = printable(value.text(), kLongest);
  return text.empty() ? "\"\"" : text;
}

std::vector<std::string> parts_of(const Value& value) {
  std::vector<std::string> parts;
  for (const Value& item : value.items()) parts.push_back(flow(item));
  for (const doc::Member& member : value.members())
    parts.push_back(printable(member.key, kLongest) + ": " + flow(member.value));
  return parts;
}

}  // namespace

std::string flow(const Value& value) {
  if (value.is(Kind::array)) return "[" + separated(parts_of(value)) + "]";
  if (value.is(Kind::object)) return "{" + separated(parts_of(value)) + "}";
  return scalar(value);
}

std::string brief(const Value& value, std::size_t most) {
  if (!value.is(Kind::array) && !value.is(Kind::object)) {
    return brief(value.text().empty() && value.is(Kind::string) ? "none" : scalar(value), most);
  }
  const std::string all = separated(parts_of(value));
  return all.empty() ? "none" : brief(all, most);
}

std::string brief(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  const std::string_view kept = text.substr(0, most);
  const std::size_t comma = kept.rfind(", ");
  if (comma != std::string_view::npos && comma > 0)
    return std::string(kept.substr(0, comma + 2)).append(kMore);
  // Not within a sign of several bytes.
  std::size_t end = kept.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return std::string(kept.substr(0, end)).append(kMore);
}

Value text(std::string_view words) { return Value::string(std::string(words)); }

Value texts(const std::vector<std::string>& all) {
  std::vector<Value> items;
  items.reserve(all.size());
  for (const std::string& one : all) items.push_back(text(one));
  return Value::array(std::move(items));
}

std::string text_at(const Value& root, std::string_view pointer) {
  const Value* found = doc::resolve(root, pointer);
  return found != nullptr && found->is(doc::Kind::string) ? found->text() : std::string();
}

}  // namespace hardened::ctl
