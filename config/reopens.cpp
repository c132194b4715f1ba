#include "config/reopens.h"

#include <algorithm>
#include <set>
#include <utility>

#include "config/most.h"
#include "config/reopens_table.h"

namespace hardened::config {
namespace {

using Words = std::set<std::string>;

// Scalars, and the names of members: {nofile: {hard: unlimited}} says "nofile", "hard" and "unlimited".
void collect(const doc::Value& value, Words& words) {
  for (const doc::Value& item : value.items()) collect(item, words);
  for (const doc::Member& member : value.members()) {
    words.insert(member.key);
    collect(member.value, words);
  }
  const std::string_view text = value.text();
  if (text.empty()) return;
  const bool taken_out = text.front() == '-' && value.is(doc::Kind::string);
  std::string_view name = taken_out ? text.substr(1) : text;
  if (name.starts_with("CAP_")) name.remove_prefix(4);
  words.insert((taken_out ? "-" : "") + std::string(name));
}

// What the first says and the second does not, and what the second takes out and the first does not.
Words raised_words(const doc::Value& waived, const doc::Value* below) {
  Words own;
  Words base;
  collect(waived, own);
  if (below != nullptr) collect(*below, base);
  Words raised;
  for (const std::string& word : own) {
    if (word.front() != '-' && !base.contains(word)) raised.insert(word);
  }
  for (const std::string& word : base) {
    if (word.front() == '-' && !own.contains(word)) raised.insert(word.substr(1));
  }
  if (raised.empty()) raised.insert("");  // a list that got shorter, a word that moved
  return raised;
}

const Reopens* row_of(std::string_view control, std::string_view key, std::string_view word) {
  const auto row = [&](std::string_view its_key, std::string_view its_word) {
    const auto* const at = std::find_if(kReopens.begin(), kReopens.end(), [&](const Reopens& one) {
      return one.control == control && one.key == its_key && one.word == its_word;
    });
    return at == kReopens.end() ? nullptr : at;
  };
  if (const Reopens* exact = row(key, word)) return exact;
  if (const Reopens* any_word = row(key, "")) return any_word;
  return row("", "");
}

void add_escapes(std::string_view row, std::set<std::string>& escapes) {
  while (!row.empty()) {
    const std::size_t end = std::min(row.find(' '), row.size());
    escapes.emplace(row.substr(0, end));
    row.remove_prefix(std::min(end + 1, row.size()));
  }
}

void add_rule(std::string_view control, const doc::Value& rule, const Layers& below,
              std::set<std::string>& escapes) {
  for (const doc::Member& member : rule.members()) {
    const auto now = below.empty() ? std::nullopt : below.rule().find(member.key);
    if (now && now->value() == member.value) continue;
    for (const std::string& word : raised_words(member.value, now ? &now->value() : nullptr)) {
      if (const Reopens* row = row_of(control, member.key, word)) add_escapes(row->escapes, escapes);
    }
  }
}

// A waiver is for one image at least, or for one plugin, and is found by that.
std::string_view an_id_of(const doc::Value& written) {
  const doc::Value* match = written.find("match");
  for (const char* key : {"image_id", "plugin_id"}) {
    const doc::Value* ids = match == nullptr ? nullptr : match->find(key);
    if (ids != nullptr && !ids->items().empty()) return ids->items().front().text();
    if (ids != nullptr) return ids->text();
  }
  return {};
}

template <class C>
void add_not_raised(const Policy& policy, const Waiver& waiver, std::vector<std::string>& names) {
  auto ceiling = std::get<WaivedRule<C>>(waiver.rules).ceiling;
  // As it will be laid over the policy's (raised.cpp).
  if constexpr (std::is_same_v<C, controls::Mounts>) {
    if (ceiling) add_data_roots(policy.engines, *ceiling);
  }
  if (ceiling && within(*ceiling, policy.rule<C>().ceiling)) names.emplace_back(C::name);
}

}  // namespace

std::span<const Reopens> reopens() { return kReopens; }

Result<std::vector<std::string>> not_raised_by(const Policy& policy, std::string_view waiver) {
  const doc::Document document = TRY(policy.waivers.written(waiver));
  const std::vector<Waiver> all = TRY(policy.waivers.of(an_id_of(document.root)));
  std::vector<std::string> names;
  for (const Waiver& one : all) {
    if (one.name != waiver) continue;
    [&]<class... C>(std::tuple<C...>*) {
      (add_not_raised<C>(policy, one, names), ...);
    }(static_cast<controls::AllControls*>(nullptr));
  }
  return names;
}

Result<std::vector<std::string>> reopened_by(const Policy& policy, std::string_view waiver) {
  const doc::Document document = TRY(policy.waivers.written(waiver));
  std::set<std::string> escapes;
  const doc::Value* controls = document.root.find("controls");
  if (controls == nullptr) return Error{Fault::policy, "the compiled policy is damaged"};
  const std::vector<std::string> idle = TRY(not_raised_by(policy, waiver));
  for (const doc::Member& rule : controls->members()) {
    if (std::find(idle.begin(), idle.end(), rule.key) != idle.end()) continue;
    add_rule(rule.key, rule.value, policy.waivers.rules()->below("controls").below(rule.key), escapes);
  }
  return std::vector<std::string>(escapes.begin(), escapes.end());
}

}  // namespace hardened::config
