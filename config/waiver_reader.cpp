#include "config/waiver_reader.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "config/choice.h"
#include "core/base/text.h"
#include "core/doc/json.h"

namespace hardened::config {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kKeys{"name"sv, "match"sv, "controls"sv, "because"sv, "expires"sv};
constexpr std::array kMatchKeys{"image_id"sv, "plugin_id"sv, "engine"sv, "namespace"sv, "name"sv};
constexpr std::string_view kImage = "sha256:";
constexpr std::size_t kDigits = 64;
constexpr std::size_t kMostIds = 256;
constexpr std::size_t kLongestWord = 128;  // a name, a pattern
constexpr std::size_t kLongestReason = 1024;

bool is_digest(std::string_view text) {
  return text.size() == kDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<std::string> image_id(const doc::Cursor& at) {
  const std::string_view text = TRY(at.text());
  if (text.starts_with(kImage) && is_digest(text.substr(kImage.size()))) return std::string(text);
  return at.error("expected an image's id, sha256: and 64 hexadecimal digits, found '" + printable(text, 80) +
                  "'; docker image inspect --format '{{.Id}}' IMAGE tells it");
}

Result<std::string> plugin_id(const doc::Cursor& at) {
  const std::string_view text = TRY(at.text());
  if (is_digest(text)) return std::string(text);
  return at.error("expected a plugin's id, 64 hexadecimal digits, found '" + printable(text, 80) +
                  "'; docker plugin inspect --format '{{.Id}}' PLUGIN tells it");
}

Result<std::string> word(const doc::Cursor& at) {
  const std::string_view text = TRY(at.text());
  const bool spaces = text.find_first_not_of(' ') == std::string_view::npos;
  if (!spaces && text.size() <= kLongestWord) return std::string(text);
  return at.error("expected 1 to " + std::to_string(kLongestWord) + " bytes of text");
}

Result<std::string> reason(const doc::Cursor& at) {
  const std::string_view text = TRY(at.text());
  const bool spaces = text.find_first_not_of(" \t\n") == std::string_view::npos;
  if (!spaces && text.size() <= kLongestReason) return std::string(text);
  return at.error("expected the reason why this host grants it, 1 to " + std::to_string(kLongestReason) +
                  " bytes of text");
}

Result<std::chrono::year_month_day> date(const doc::Cursor& at) {
  const std::string_view text = TRY(at.text());
  if (const auto day = parse_date(text)) return *day;
  return at.error("expected a date that exists, as in 2027-06-30, found '" + printable(text, 40) + "'");
}

template <class Check>
std::string optional_word(const doc::Cursor& section, std::string_view key, Check check,
                          doc::Diagnostics& wrong) {
  const auto at = section.find(key);
  return at ? wrong.take(check(*at)).value_or("") : "";
}

template <class Check>
std::vector<std::string> read_ids(const doc::Cursor& list, Check check, doc::Diagnostics& wrong) {
  std::vector<std::string> ids;
  const auto items = wrong.take(list.items());
  if (!items) return ids;
  if (items->empty() || items->size() > kMostIds)
    wrong.add(list.error("expected 1 to " + std::to_string(kMostIds) + " ids"));
  if (items->size() > kMostIds) return ids;
  for (const doc::Cursor& item : *items) {
    if (auto id = wrong.take(check(item))) ids.push_back(std::move(*id));
  }
  return ids;
}

Match read_match(const doc::Cursor& at, doc::Diagnostics& wrong) {
  Match match;
  if (!wrong.check(at.only(kMatchKeys)) && !at.value().is(doc::Kind::object)) return match;
  const auto images = at.find("image_id");
  const auto plugins = at.find("plugin_id");
  if (images && plugins) wrong.add(at.error("an image_id and a plugin_id at once: no container has both"));
  if (!images && !plugins) {
    wrong.add(at.error(
        "'image_id' is missing: a waiver is for the containers of an image, or with plugin_id for a plugin"));
  }
  if (images) match.ids = read_ids(*images, image_id, wrong);
  if (plugins) match.ids = read_ids(*plugins, plugin_id, wrong);
  match.engine = optional_word(at, "engine", word, wrong);
  match.engine_namespace = optional_word(at, "namespace", word, wrong);
  match.name = optional_word(at, "name", word, wrong);
  return match;
}

// A waiver raises ceilings; what a rule does with what is above them stays the rule's.
bool readable(const doc::Cursor& rule, std::span<const std::string_view> keys, doc::Diagnostics& wrong) {
  const auto entries = wrong.take(rule.entries());
  if (!entries) return false;
  if (entries->empty()) wrong.add(rule.error("a rule without a ceiling raises nothing"));
  for (const doc::Entry& entry : *entries) {
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) continue;
    if (entry.key == "on_excess") {
      wrong.add(entry.error("a waiver raises ceilings, on_excess stays that of the rule: take the key out"));
    } else {
      wrong.add(unknown_key(entry, keys));
    }
  }
  return !entries->empty();
}

template <class C>
void read_rule(const doc::Cursor& section, const Layers& rules, WaivedRule<C>& into,
               doc::Diagnostics& wrong) {
  const auto rule = section.find(C::name);
  if (!rule) return;
  const Layers below = rules.below("controls").below(C::name);
  if (!readable(*rule, C::keys, wrong) || below.empty())
    return;  // a policy without that rule was refused for it
  into.ceiling = C::parse(controls::Rule(*rule, below.rule()), wrong);
}

template <class... C>
WaivedRules read_rules(const doc::Cursor& section, const Layers& rules, doc::Diagnostics& wrong,
                       std::tuple<C...>* /*the list*/) {
  WaivedRules out;
  constexpr std::array names{C::name...};
  if (!wrong.check(section.only(names)) && !section.value().is(doc::Kind::object)) return out;
  if (section.value().members().empty()) wrong.add(section.error("a waiver without a rule raises nothing"));
  (read_rule<C>(section, rules, std::get<WaivedRule<C>>(out), wrong), ...);
  return out;
}

template <class T, class Read>
void take(const doc::Cursor& at, std::string_view key, T& into, Read read, doc::Diagnostics& wrong) {
  if (const auto value = wrong.take(at.need(key))) into = read(*value);
}

}  // namespace

std::optional<Waiver> read_waiver(const doc::Cursor& at, const Layers& rules, doc::Diagnostics& wrong) {
  if (!wrong.check(at.only(kKeys)) && !at.value().is(doc::Kind::object)) return std::nullopt;
  Waiver waiver;
  const auto text = [&](auto check) {
    return [&wrong, check](const doc::Cursor& value) { return wrong.take(check(value)).value_or(""); };
  };
  take(at, "name", waiver.name, text(word), wrong);
  take(
      at, "match", waiver.match, [&](const doc::Cursor& value) { return read_match(value, wrong); }, wrong);
  take(at, "because", waiver.because, text(reason), wrong);
  if (const auto expires = at.find("expires")) waiver.expires = wrong.take(date(*expires));
  constexpr controls::AllControls* kAll = nullptr;
  take(
      at, "controls", waiver.rules,
      [&](const doc::Cursor& value) { return read_rules(value, rules, wrong, kAll); }, wrong);
  return waiver;
}

void set_origins(Waiver& waiver, const std::string& path, const std::vector<RuleLine>& lines) {
  const auto set = [&](std::string_view control, std::string& origin) {
    for (const RuleLine& rule : lines) {
      if (rule.control == control) origin = path + ":" + std::to_string(rule.line);
    }
  };
  [&]<class... C>(std::tuple<C...>*) {
    (set(C::name, std::get<WaivedRule<C>>(waiver.rules).origin), ...);
  }(static_cast<controls::AllControls*>(nullptr));
}

std::string waiver_line(const Waiver& waiver, const doc::Value& written, const std::vector<RuleLine>& lines) {
  std::vector<doc::Member> places;
  for (const RuleLine& rule : lines) places.push_back({rule.control, doc::Value::number(rule.line), {}});
  std::vector<doc::Member> members;
  members.push_back({"lines", doc::Value::object(std::move(places)), {}});
  members.push_back({"waiver", written, {}});
  std::string line;
  for (const std::string& id : waiver.match.ids) line += (line.empty() ? "" : " ") + id;
  return line + '\t' + doc::print_canonical(doc::Value::object(std::move(members)));
}

bool is_for(std::string_view line, std::string_view id) {
  std::string_view ids = line.substr(0, line.find('\t'));
  while (true) {
    if (ids.starts_with(id) && (ids.size() == id.size() || ids[id.size()] == ' ')) return true;
    const std::size_t space = ids.find(' ');
    if (space == std::string_view::npos) return false;
    ids.remove_prefix(space + 1);
  }
}

Result<doc::Document> read_line(std::string_view line) {
  const std::size_t tab = line.find('\t');
  if (tab == std::string_view::npos) return Error{Fault::policy, "a damaged line in the compiled policy"};
  return doc::read_json("compiled waiver", std::string(line.substr(tab + 1)));
}

Result<std::vector<RuleLine>> rule_lines(const doc::Cursor& line) {
  const doc::Cursor places = TRY(line.need("lines"));
  const std::vector<doc::Entry> entries = TRY(places.entries());
  std::vector<RuleLine> lines;
  for (const doc::Entry& entry : entries) {
    const std::uint64_t number = TRY(entry.value.unsigned_integer());
    lines.push_back({std::string(entry.key), number});
  }
  return lines;
}

}  // namespace hardened::config
