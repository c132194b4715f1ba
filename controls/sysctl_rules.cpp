#include "controls/sysctl_rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"

namespace hardened::controls {
namespace {

std::vector<std::string_view> words_of(std::string_view text) {
  constexpr std::string_view kBlank = " \t\n";
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(kBlank);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(kBlank), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

struct Span {
  unsigned long long low = 0;
  unsigned long long high = 0;
};
std::optional<Span> span_of(std::string_view word) {
  const std::size_t dots = word.find("..");
  Span span;
  if (dots == std::string_view::npos || !parse_decimal(word.substr(0, dots), span.low) ||
      !parse_decimal(word.substr(dots + 2), span.high))
    return std::nullopt;
  return span;
}

bool matches_word(std::string_view pattern, std::string_view word) {
  if (pattern == "*" || pattern == word) return true;
  const std::optional<Span> span = span_of(pattern);
  unsigned long long number = 0;
  return span && parse_decimal(word, number) && span->low <= number && number <= span->high;
}

bool matches_value(std::string_view pattern, std::string_view value) {
  const std::vector<std::string_view> wanted = words_of(pattern);
  const std::vector<std::string_view> words = words_of(value);
  return std::equal(wanted.begin(), wanted.end(), words.begin(), words.end(), matches_word);
}

bool is_value_pattern(std::string_view text) {
  const std::vector<std::string_view> words = words_of(text);
  return !words.empty() && std::all_of(words.begin(), words.end(), [](std::string_view word) {
    if (word.find("..") == std::string_view::npos) return true;
    const std::optional<Span> span = span_of(word);
    return span && span->low <= span->high;
  });
}

std::optional<SysctlRule> parse_name(const doc::Cursor& item, std::string_view text,
                                     doc::Diagnostics& wrong) {
  constexpr std::array<std::string_view, 1> named{"docker-default"};
  SysctlRule rule;
  rule.beginning = text.ends_with('*');
  const std::string_view stem = text.substr(0, text.size() - (rule.beginning ? 1 : 0));
  // The end of a beginning may be a separator: net.* has the parts "net" and, for a while, none.
  const bool open = rule.beginning && (stem.ends_with('.') || stem.ends_with('/'));
  rule.path = sysctl_path(open ? stem.substr(0, stem.size() - 1) : stem);
  if (!rule.path.empty() && rule.path.find('*') == std::string::npos &&
      (rule.beginning || rule.path.find('/') != std::string::npos)) {
    if (open) rule.path += '/';
    return rule;
  }
  const std::string hint = nearest(text, named).empty() ? "" : ", did you mean docker-default?";
  wrong.add(item.error("expected a name as net.core.somaxconn, or the beginning of names as net.*, found '" +
                       printable(text, 60) + "'" + hint));
  return std::nullopt;
}

std::optional<std::vector<std::string>> parse_values(const doc::Cursor& item, doc::Diagnostics& wrong) {
  const auto list = wrong.take(item.need("values"));
  const auto items = list ? wrong.take(list->items()) : std::nullopt;
  if (!items) return std::nullopt;
  std::vector<std::string> values;
  for (const doc::Cursor& one : *items) {
    const auto text = wrong.take(one.text());
    if (!text) return std::nullopt;
    if (!is_value_pattern(*text)) {
      wrong.add(
          one.error("expected words, each a text, * or LOW..HIGH, found '" + printable(*text, 60) + "'"));
      return std::nullopt;
    }
    values.emplace_back(*text);
  }
  return values;
}

}  // namespace

std::string sysctl_path(std::string_view name) {
  const std::size_t first = name.find_first_of("./");
  const bool dots = first != std::string_view::npos && name[first] == '.';
  std::string path(name);
  for (char& one : path) {
    if (dots && (one == '.' || one == '/')) one = one == '.' ? '/' : '.';
  }
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = std::string_view(path).substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return "";
    begin = end + 1;
  }
  return path;
}

bool matches_name(const SysctlRule& rule, std::string_view path) {
  return rule.beginning ? path.starts_with(rule.path) : path == rule.path;
}

bool matches(const SysctlRule& rule, std::string_view path, std::string_view value) {
  if (!matches_name(rule, path)) return false;
  return rule.any_value || std::any_of(rule.values.begin(), rule.values.end(),
                                       [&](const std::string& one) { return matches_value(one, value); });
}

std::optional<SysctlRule> parse_sysctl_rule(const doc::Cursor& item, doc::Diagnostics& wrong) {
  constexpr std::array<std::string_view, 2> known{"name", "values"};
  if (!item.value().is(doc::Kind::object)) {
    const auto text = wrong.take(item.text());
    auto rule = text ? parse_name(item, *text, wrong) : std::nullopt;
    if (rule) rule->any_value = true;
    return rule;
  }
  if (!wrong.check(item.only(known))) return std::nullopt;
  const auto name = wrong.take(item.need("name"));
  const auto text = name ? wrong.take(name->text()) : std::nullopt;
  auto rule = text ? parse_name(*name, *text, wrong) : std::nullopt;
  auto values = parse_values(item, wrong);
  if (!rule || !values) return std::nullopt;
  rule->values = *std::move(values);
  return rule;
}

}  // namespace hardened::controls
