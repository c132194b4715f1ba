// The rule of hooks, as a policy writes it.
#include <algorithm>
#include <optional>
#include <utility>

#include "controls/hooks.h"
#include "controls/lexical.h"
#include "controls/words.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::array<std::string_view, 2> kWords{"engine-default", "host-default"};
constexpr std::array<std::string_view, 6> kRuleKeys{"path", "stages", "args", "env", "timeout", "brings"};
constexpr std::uint64_t kLongest = 3600;

Result<std::vector<std::string>> parse_words(const doc::Cursor& list) {
  std::vector<std::string> words;
  const auto items = TRY(list.items());
  for (const doc::Cursor& item : items) {
    const std::string_view text = TRY(item.text());
    if (text.empty()) return item.error("an empty word says nothing; take it out");
    words.emplace_back(text);
  }
  return words;
}

Result<Flags> parse_stages(const doc::Cursor& list) {
  Flags stages;
  const auto items = TRY(list.items());
  for (const doc::Cursor& item : items) {
    const std::string_view text = TRY(item.text());
    const auto found = std::find(kStages.begin(), kStages.end(), text);
    if (found == kStages.end()) return no_such_word(item, kStages);
    stages = stages.with(static_cast<unsigned>(found - kStages.begin()));
  }
  return stages;
}

Done parse_environment(const doc::Cursor& value, HookRule& rule) {
  if (value.value().is(doc::Kind::string)) {
    if (value.value().text() != "inherited")
      return value.error("expected inherited, or a list of variables: [LANG, PATH=/usr/bin]");
    rule.inherits = true;
    return done();
  }
  rule.environment = TRY(parse_words(value));
  return done();
}

Result<std::string> parse_path(const doc::Cursor& value) {
  const std::string_view text = TRY(value.text());
  const auto clean = clean_path(text);
  if (!clean || *clean != text) return value.error("a hook is named by an absolute path, without . and ..");
  return *clean;
}

Result<HookRule> parse_rule(const doc::Cursor& value) {
  TRY(value.only(kRuleKeys));
  HookRule rule;
  const doc::Cursor path = TRY(value.need("path"));
  rule.path = TRY(parse_path(path));
  for (std::size_t stage = 0; stage < kStages.size(); ++stage) {
    const bool inside = static_cast<Stage>(stage) == Stage::start_container;
    if (!inside) rule.stages = rule.stages.with(static_cast<unsigned>(stage));
  }
  if (const auto stages = value.find("stages")) rule.stages = TRY(parse_stages(*stages));
  if (const auto arguments = value.find("args")) rule.arguments = TRY(parse_words(*arguments));
  if (const auto environment = value.find("env")) TRY(parse_environment(*environment, rule));
  if (const auto timeout = value.find("timeout")) {
    const std::uint64_t seconds = TRY(timeout->unsigned_integer());
    if (seconds == 0 || seconds > kLongest) return timeout->error("expected 1 to 3600 seconds");
    rule.seconds = AtMost::of(seconds);
  }
  if (const auto brings = value.find("brings")) {
    const std::string_view text = TRY(brings->text());
    rule.brings = text;
  }
  return rule;
}

Done parse_allowed(const doc::Cursor& item, HooksCeiling& ceiling) {
  if (item.kind() == doc::Kind::object) {
    HookRule rule = TRY(parse_rule(item));
    ceiling.rules.push_back(std::move(rule));
    return done();
  }
  const std::string_view word = TRY(item.text());
  if (word == kWords[0]) {
    ceiling.engine_default = true;
  } else if (word == kWords[1]) {
    ceiling.host_default = true;
  } else {
    return no_such_word(item, kWords, "{path: …}");
  }
  return done();
}

}  // namespace

HooksCeiling Hooks::parse(const Rule& rule, doc::Diagnostics& wrong) {
  Ceiling ceiling;
  bool right = true;
  const auto inside = wrong.take(rule.need("start_container"));
  if (inside) {
    constexpr std::array<std::string_view, 2> known{"allowed", "refused"};
    const bool is_word = inside->value().is(doc::Kind::string);
    ceiling.start_container = is_word && inside->value().text() == known[0];
    if (!ceiling.start_container && (!is_word || inside->value().text() != known[1])) {
      wrong.add(no_such_word(*inside, known));
      right = false;
    }
  }
  const auto allow = wrong.take(rule.need("allow"));
  const auto items = allow ? wrong.take(allow->items()) : std::nullopt;
  if (!inside || !items) return {};
  for (const doc::Cursor& item : *items) right = wrong.check(parse_allowed(item, ceiling)) && right;
  return right ? std::move(ceiling) : Ceiling{};
}

}  // namespace hardened::controls
