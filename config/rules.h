// The rules of a list of controls, each parsed by its control.
//
//   const auto rules = read_rules<controls::AllControls>(top, wrong);
//
// on_excess is read here, for all: it must be one of the control's modes. Each rule, and each key of
// a rule, that the operator does not write is the base's.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "config/layers.h"
#include "config/policy.h"
#include "core/doc/cursor.h"

namespace hardened::config {

// What does not depend on the control.
[[nodiscard]] Result<controls::OnExcess> read_mode(const Layers& rule, std::string_view control,
                                                   std::span<const controls::OnExcess> modes);
// The section of all rules, its names checked; nothing when it cannot be read.
[[nodiscard]] std::optional<Layers> rules_section(const Layers& top, std::span<const std::string_view> names,
                                                  doc::Diagnostics& wrong);
[[nodiscard]] bool readable_rule(const Layers& rule, std::span<const std::string_view> keys,
                                 doc::Diagnostics& wrong);

template <class C>
[[nodiscard]] RuleOf<C> read_rule(const Layers& rule, doc::Diagnostics& wrong) {
  RuleOf<C> out;
  std::vector<std::string_view> keys{"on_excess"};
  keys.insert(keys.end(), C::keys.begin(), C::keys.end());
  if (!readable_rule(rule, keys, wrong)) return out;
  if (const auto mode = wrong.take(read_mode(rule, C::name, C::modes))) out.on_excess = *mode;
  out.ceiling = C::parse(rule.rule(), wrong);
  out.origin = rule.origin();
  return out;
}

template <class Controls>
struct RulesReader;
template <class... C>
struct RulesReader<std::tuple<C...>> {
  using Rules = std::tuple<RuleOf<C>...>;

  static Rules read(const Layers& top, doc::Diagnostics& wrong) {
    const std::vector<std::string_view> names{C::name...};
    const auto section = rules_section(top, names, wrong);
    if (!section) return {};
    return Rules{read_rule<C>(section->below(C::name), wrong)...};
  }

  // {"pids": "/etc/hardened/policy.yaml:14", …}, and back.
  static doc::Value origins([[maybe_unused]] const Rules& rules) {
    std::vector<doc::Member> members;
    (members.push_back({std::string(C::name), doc::Value::string(std::get<RuleOf<C>>(rules).origin), {}}),
     ...);
    return doc::Value::object(std::move(members));
  }
  static void restore_origins([[maybe_unused]] Rules& rules, [[maybe_unused]] const doc::Cursor& origins,
                              [[maybe_unused]] doc::Diagnostics& wrong) {
    (restore(std::get<RuleOf<C>>(rules).origin, origins, C::name, wrong), ...);
  }

 private:
  static void restore(std::string& origin, const doc::Cursor& origins, std::string_view name,
                      doc::Diagnostics& wrong) {
    const auto at = wrong.take(origins.need(name));
    if (!at) return;
    if (const auto text = wrong.take(at->text())) origin = *text;
  }
};

template <class Controls>
[[nodiscard]] typename RulesReader<Controls>::Rules read_rules(const Layers& top, doc::Diagnostics& wrong) {
  return RulesReader<Controls>::read(top, wrong);
}

}  // namespace hardened::config
