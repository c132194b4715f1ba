#include "ctl/toml.h"

#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/text.h"

namespace hardened::ctl {
namespace {

// A byte that begins a character, in UTF-8.
bool begins(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }

class Reader {
 public:
  explicit Reader(const std::string& text) : text_(text) {
    lines_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') lines_.push_back(i + 1);
    }
  }

  // toml++ counts lines, and in them characters.
  [[nodiscard]] std::uint32_t offset(const toml::source_position& place) const {
    if (place.line == 0 || place.column == 0) return 0;
    std::size_t at = lines_[std::min<std::size_t>(place.line, lines_.size()) - 1];
    for (toml::source_index column = 1; column < place.column && at < text_.size(); ++column) {
      ++at;
      while (at < text_.size() && !begins(text_[at])) ++at;
    }
    return static_cast<std::uint32_t>(at);
  }

  // Nothing where a value has no reader; refused() says which.
  std::optional<doc::Value> value(const toml::node& node) {
    std::optional<doc::Value> made = content(node);
    if (made) doc::Builder::place(*made, range(node.source()));
    if (!made && !refused_) refused_ = offset(node.source().begin);
    return made;
  }
  [[nodiscard]] std::optional<std::uint32_t> refused() const { return refused_; }

 private:
  [[nodiscard]] doc::Range range(const toml::source_region& region) const {
    return {offset(region.begin), offset(region.end)};
  }

  std::optional<doc::Value> content(const toml::node& node) {
    if (const auto* table = node.as_table()) return object(*table);
    if (const auto* array = node.as_array()) return list(*array);
    if (const auto* text = node.as_string()) return doc::Value::string(text->get());
    if (const auto* number = node.as_integer()) return doc::Value::number(number->get());
    if (const auto* truth = node.as_boolean()) return doc::Value::boolean(truth->get());
    return std::nullopt;
  }

  std::optional<doc::Value> list(const toml::array& array) {
    std::vector<doc::Value> items;
    for (const toml::node& item : array) {
      auto one = value(item);
      if (!one) return std::nullopt;
      items.push_back(*std::move(one));
    }
    return doc::Value::array(std::move(items));
  }

  std::optional<doc::Value> object(const toml::table& table) {
    std::vector<doc::Member> members;
    for (const auto& entry : table) {
      auto one = value(entry.second);
      if (!one) return std::nullopt;
      members.push_back({std::string(entry.first.str()), *std::move(one), range(entry.first.source())});
    }
    // toml++ keeps them sorted by name.
    std::stable_sort(members.begin(), members.end(), [](const doc::Member& a, const doc::Member& b) {
      return a.key_range.begin < b.key_range.begin;
    });
    return doc::Value::object(std::move(members));
  }

  const std::string& text_;
  std::vector<std::size_t> lines_;
  std::optional<std::uint32_t> refused_;
};

}  // namespace

Result<doc::Document> read_toml(std::string name, std::string text) {
  doc::Document document{std::move(name), std::move(text), {}};
  Reader reader(document.text);
  try {
    const toml::table root = toml::parse(std::string_view(document.text));
    auto value = reader.value(root);
    if (!value) {
      return Error{Fault::syntax,
                   document.point(reader.refused().value_or(0),
                                  "expected a text, a whole number, true, false, a list or a table")};
    }
    document.root = *std::move(value);
  } catch (const toml::parse_error& wrong) {
    const std::string what(wrong.description());
    return Error{Fault::syntax, document.point(reader.offset(wrong.source().begin), printable(what))};
  }
  return document;
}

}  // namespace hardened::ctl
