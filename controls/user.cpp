#include "controls/user.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "controls/reach.h"
#include "controls/words.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kUser = User::owned[0];
constexpr std::string_view kGroups = "/process/user/additionalGids";

Result<std::uint32_t> id_of(const doc::Cursor& value) {
  const std::uint64_t id = TRY(value.unsigned_integer());
  if (id > kLastUser) return value.error("it is above 2147483647, the last id that a runtime gives");
  return static_cast<std::uint32_t>(id);
}

struct Asked {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> groups;
};

Done read_id(const doc::Cursor& user, std::string_view key, std::uint32_t& id) {
  const auto value = user.find(key);
  if (value) id = TRY(id_of(*value));
  return done();
}

Result<Asked> read_asked(const Spec& spec) {
  Asked asked;
  const auto user = TRY(reach_object(spec, kUser));
  if (!user) return asked;
  TRY(read_id(*user, "uid", asked.uid));
  TRY(read_id(*user, "gid", asked.gid));
  const auto list = user->find("additionalGids");
  if (!list) return asked;
  const std::vector<doc::Cursor> items = TRY(list->items());
  for (const doc::Cursor& item : items) {
    const std::uint32_t gid = TRY(id_of(item));
    asked.groups.push_back(gid);
  }
  return asked;
}

// "1000-1999", "1000" or 1000.
std::optional<IdSet::Range> parse_range(const doc::Cursor& value) {
  const std::string& text = value.value().text();
  const std::size_t dash = text.find('-');
  unsigned long long first = 0;
  unsigned long long last = 0;
  if (!parse_decimal(text.substr(0, dash), first)) return std::nullopt;
  last = first;
  if (dash != std::string::npos && !parse_decimal(text.substr(dash + 1), last)) return std::nullopt;
  if (first > last || last > UINT32_MAX) return std::nullopt;
  return IdSet::Range{static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last)};
}

IdSet all_but_root() { return minus(IdSet::all(), IdSet::of(0)); }

Result<IdSet> parse_run_as(const doc::Cursor& value) {
  static constexpr std::array<std::string_view, 2> words{"any", "non-root"};
  if (value.value().is(doc::Kind::string) && value.value().text() == words[0]) return IdSet::all();
  if (value.value().is(doc::Kind::string) && value.value().text() == words[1]) return all_but_root();
  if (value.kind() != doc::Kind::array)
    return no_such_word(value, words, "a list of users as [1000-1999, 65534]");
  std::vector<IdSet::Range> ranges;
  const std::vector<doc::Cursor> items = TRY(value.items());
  for (const doc::Cursor& item : items) {
    const auto range = parse_range(item);
    if (!range) return item.error("expected a number of a user, or two and a dash between: 1000-1999");
    ranges.push_back(*range);
  }
  return IdSet(std::move(ranges));
}

Done parse_group(const doc::Cursor& item, UserCeiling& ceiling) {
  if (const auto range = parse_range(item)) {
    std::vector<IdSet::Range> ranges = ceiling.protected_groups.ranges();
    ranges.push_back(*range);
    ceiling.protected_groups = IdSet(std::move(ranges));
    return done();
  }
  const std::string_view group = TRY(item.text());
  // No name begins with a digit (groupadd(8)): what does is a number that went wrong.
  const bool named = !group.empty() && group.find_first_of("0123456789") != 0 &&
                     group.find_first_of(":\n") == std::string_view::npos;
  if (!named) return item.error("expected the name or the number of a group");
  ceiling.protected_names.emplace(group);
  return done();
}

// Of the container's own numbers.
IdSet protected_in(const UserCeiling& ceiling, const UserFacts& facts) {
  std::vector<IdSet::Range> ranges = ceiling.protected_groups.ranges();
  for (const auto& [name, gid] : facts.groups) {
    if (ceiling.protected_names.count(name) != 0) ranges.push_back({gid, gid});
  }
  return facts.gids.insides(IdSet(std::move(ranges)));
}

std::string told_group(std::uint32_t gid, const UserFacts& facts) {
  const auto host_gid = facts.gids.outside(gid);
  const auto found = std::find_if(facts.groups.begin(), facts.groups.end(),
                                  [&](const auto& group) { return group.second == host_gid; });
  const std::string number = std::to_string(gid);
  return found == facts.groups.end() ? number : number + " (" + printable(found->first, 40) + ")";
}

// As many as fit a line.
std::string told_groups(const IdSet& groups, const UserFacts& facts) {
  constexpr std::size_t kMost = 8;
  std::vector<std::string> words;
  for (const IdSet::Range& range : groups.ranges()) {
    for (std::uint64_t gid = range.first; gid <= range.last && words.size() < kMost; ++gid)
      words.push_back(told_group(static_cast<std::uint32_t>(gid), facts));
  }
  if (words.size() == kMost) words.emplace_back("more");
  return joined(words);
}

}  // namespace

// Where the first group stands among those beside, as Docker writes it, it is no other.
Result<UserGrant> User::read(const Spec& spec, const Facts& /*facts*/) {
  const Asked asked = TRY(read_asked(spec));
  std::vector<IdSet::Range> groups;
  for (const std::uint32_t gid : asked.groups) groups.push_back({gid, gid});
  const IdSet gid = IdSet::of(asked.gid);
  return Grant{IdSet::of(asked.uid), gid, minus(IdSet(std::move(groups)), gid)};
}

UserCeiling User::parse(const Rule& rule, doc::Diagnostics& wrong) {
  Ceiling ceiling{IdSet(), {}, IdSet()};
  const auto run_as = wrong.take(rule.need("run_as"));
  const auto users = run_as ? wrong.take(parse_run_as(*run_as)) : std::nullopt;
  const auto list = wrong.take(rule.need("protected_groups"));
  const auto items = list ? wrong.take(list->items()) : std::nullopt;
  bool right = users && items;
  for (const doc::Cursor& item : items.value_or(std::vector<doc::Cursor>())) {
    const bool good = wrong.check(parse_group(item, ceiling));
    right = right && good;
  }
  if (!right) return {};
  ceiling.run_as = *users;
  return ceiling;
}

UserGrant User::bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& /*earlier*/) {
  return {ceiling.run_as, IdSet::all(), minus(IdSet::all(), protected_in(ceiling, facts))};
}

Outcome<UserGrant> User::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                const std::tuple<>& earlier) {
  const Grant most = bound(ceiling, facts, earlier);
  if (leq(request, most)) return {request, Verdict::unchanged, {}, {}};
  Outcome<Grant> outcome{meet(request, most), Verdict::narrowed, {}, {}};
  if (!leq(request.uid, most.uid)) {
    outcome.granted = Grant{};
    outcome.verdict = Verdict::refused;
    outcome.changes.push_back({std::string(kUser) + "/uid", "user " + told(request.uid), "",
                               "the ceiling is " +
                                   (most.uid == all_but_root() ? "non-root" : told(most.uid)) +
                                   "; ask with --user, or let the operator change user.run_as",
                               false});
  }
  const IdSet lost = minus(request.groups, most.groups);
  if (lost.empty()) return outcome;
  outcome.changes.push_back(
      {std::string(kGroups), "group " + told_groups(lost, facts), "",
       "protected groups of the host; ask without --group-add, or let the operator change "
       "user.protected_groups",
       request.uid.has(0)});
  return outcome;
}

void User::write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits) {
  const auto asked = read_asked(spec);
  const auto request = read(spec, facts);
  if (!asked || !request) return;  // such a document was never decided upon
  const IdSet lost = minus(request->groups, grant.groups);
  for (std::size_t index = 0; index < asked->groups.size(); ++index) {
    if (lost.has(asked->groups[index])) edits.remove(doc::child(kGroups, index));
  }
}

}  // namespace hardened::controls
