#include "ctl/policy_file.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "config/load.h"
#include "config/source.h"
#include "controls/all.h"

namespace hardened::ctl {
namespace {

using config::Layers;

KeyText text_of(std::string key, const Layers& layers) {
  const auto& own = layers.own();
  const doc::Value& value = own ? own->value() : layers.rule().whole().value();
  return {std::move(key), value, layers.origin()};
}

template <class C>
RuleText rule_of(const Layers& controls) {
  RuleText rule{std::string(C::name), {}};
  const Layers section = controls.below(C::name);
  const auto add = [&](std::string_view key) {
    const Layers value = section.below(key);
    if (!value.empty()) rule.keys.push_back(text_of(std::string(key), value));
  };
  add("on_excess");
  for (const std::string_view key : C::keys) add(key);
  return rule;
}

}  // namespace

std::string policy_path(const Arguments& arguments) {
  return arguments.value(kPolicy).value_or(std::string(kHostPolicy));
}

Result<PolicyFile> parse_policy_file(const std::string& path, const std::string& yaml) {
  PolicyFile file;
  file.policy = TRY(config::parse_policy(path, yaml));
  config::Source source = TRY(config::read_source(path, yaml));
  file.source = std::make_shared<const config::Source>(std::move(source));
  return file;
}

Result<PolicyFile> read_policy_file(Host& host, const std::string& path, Links links) {
  const File file = TRY(host.read(path, config::kLargestPolicy, links).within("the policy"));
  return parse_policy_file(path, file.bytes);
}

std::vector<RuleText> rules_of(const config::Source& source) {
  const Layers controls = source.top().below("controls");
  return [&]<class... C>(std::tuple<C...>*) {
    return std::vector<RuleText>{rule_of<C>(controls)...};
  }(static_cast<controls::AllControls*>(nullptr));
}

std::vector<KeyText> settings_of(const config::Source& source) {
  constexpr std::array<std::string_view, 4> kElsewhere{"version", "extends", "controls", "waivers"};
  std::vector<KeyText> settings;
  const Layers top = source.top();
  const doc::Value all = config::merged(source);
  for (const doc::Member& member : all.members()) {
    if (std::find(kElsewhere.begin(), kElsewhere.end(), member.key) != kElsewhere.end()) continue;
    const Layers section = top.below(member.key);
    if (section.empty()) continue;
    if (!member.value.is(doc::Kind::object)) {
      settings.push_back(text_of(member.key, section));
      continue;
    }
    for (const doc::Member& below : member.value.members())
      settings.push_back(text_of(member.key + "." + below.key, section.below(below.key)));
  }
  return settings;
}

std::vector<doc::Cursor> waivers_of(const config::Source& source) {
  const auto list = doc::Cursor(source.own, source.own.root).find("waivers");
  if (!list) return {};
  return list->items().value_or({});
}

}  // namespace hardened::ctl
