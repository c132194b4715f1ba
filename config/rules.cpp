#include "config/rules.h"

#include <algorithm>
#include <array>

#include "config/choice.h"
#include "core/base/text.h"

namespace hardened::config {
namespace {

using controls::OnExcess;

// Which of `names` neither layer has a rule for.
std::vector<std::string> missing(const Layers& section, std::span<const std::string_view> names) {
  std::vector<std::string> out;
  for (const std::string_view name : names) {
    if (section.below(name).empty()) out.emplace_back(name);
  }
  return out;
}

}  // namespace

Result<OnExcess> read_mode(const Layers& rule, std::string_view control, std::span<const OnExcess> modes) {
  const doc::Cursor at = TRY(rule.need("on_excess"));
  constexpr std::array kModes{Choice<OnExcess>{"refuse", OnExcess::refuse},
                              Choice<OnExcess>{"narrow", OnExcess::narrow},
                              Choice<OnExcess>{"observe", OnExcess::observe}};
  const OnExcess mode = TRY(choose<OnExcess>(at, kModes));
  if (std::find(modes.begin(), modes.end(), mode) != modes.end()) return mode;
  std::vector<std::string> able;
  for (const OnExcess one : modes) able.emplace_back(name(one));
  return at.error(std::string(control) + " cannot " + std::string(name(mode)) + ", only " + joined(able));
}

std::optional<Layers> rules_section(const Layers& top, std::span<const std::string_view> names,
                                    doc::Diagnostics& wrong) {
  const Layers section = top.below("controls");
  if (section.empty()) {
    wrong.take(top.need("controls"));
    return std::nullopt;
  }
  if (!wrong.check(section.only(names)) && !section.own()->value().is(doc::Kind::object)) return std::nullopt;
  const std::vector<std::string> none = missing(section, names);
  if (!none.empty()) {
    const doc::Cursor at = section.rule().whole();
    wrong.add(
        at.error("no rule for " + joined(none) + ": a file that extends nothing must name every control"));
  }
  return section;
}

bool readable_rule(const Layers& rule, std::span<const std::string_view> keys, doc::Diagnostics& wrong) {
  if (rule.empty()) return false;  // said by rules_section, for all at once
  wrong.check(rule.only(keys));
  return !rule.own() || rule.own()->value().is(doc::Kind::object);
}

}  // namespace hardened::config
