#include "controls/namespaces.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "controls/reach.h"
#include "controls/words.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kUids = Namespaces::owned[1];
constexpr std::string_view kGids = Namespaces::owned[2];
constexpr std::string_view kClocks = Namespaces::owned[3];
constexpr auto kUser = static_cast<std::size_t>(NameSpaceKind::user);

// In the order of Sharing.
constexpr std::array<std::string_view, 4> kWords{"own", "joined", "foreign", "any"};

// What a person asks for instead, in the order of NameSpaceKind.
constexpr std::array<std::string_view, kNameSpaceKinds> kInstead{"ask for a mount namespace",
                                                                 "ask without --pid",
                                                                 "ask without --network host",
                                                                 "ask without --ipc host",
                                                                 "ask without --uts host",
                                                                 "ask with --cgroupns private",
                                                                 "start the daemon with userns-remap",
                                                                 "ask for a time namespace"};

// Ids of the host that nobody but its root has.
IdSet all_but_root() { return minus(IdSet::all(), IdSet::of(0)); }

IdSet reached(const std::optional<IdMap>& map) { return map ? map->outsides() : IdSet::all(); }

bool moves_clocks(const std::optional<doc::Cursor>& offsets) {
  return offsets && !offsets->value().members().empty();
}

std::optional<std::size_t> parse_word(const doc::Cursor& value, std::span<const std::string_view> words,
                                      doc::Diagnostics& wrong) {
  const std::string_view text =
      value.value().is(doc::Kind::string) ? value.value().text() : std::string_view();
  const auto found = std::find(words.begin(), words.end(), text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  wrong.add(no_such_word(value, words));
  return std::nullopt;
}

std::string asked(NameSpaceKind kind, const JudgedNameSpace& judged) {
  const std::string named(name(kind));
  if (judged.path.empty()) return "no " + named + " namespace of its own";
  return "the " + named + " namespace " + printable(judged.path) + " (" + std::string(judged.why) + ")";
}

Change above(NameSpaceKind kind, const JudgedNameSpace& judged, Sharing most) {
  const auto index = static_cast<std::size_t>(kind);
  return {judged.pointer,
          asked(kind, judged),
          "",
          "the ceiling is " + std::string(kWords.at(static_cast<std::size_t>(most))) + "; " +
              std::string(kInstead.at(index)) + ", or let the operator change namespaces." +
              std::string(Namespaces::keys.at(index)),
          false,
          name(kind)};
}

}  // namespace

bool leq(const NamespacesGrant& a, const NamespacesGrant& b) {
  return std::equal(a.kinds.begin(), a.kinds.end(), b.kinds.begin(), std::less_equal<>()) &&
         leq(a.uids, b.uids) && leq(a.gids, b.gids) && leq(a.clocks, b.clocks);
}

Result<NamespacesGrant> Namespaces::read(const Spec& spec, const Facts& facts) {
  const NamespacesAsked request = TRY(namespaces_asked(spec));
  Grant grant;
  for (std::size_t kind = 0; kind < kNameSpaceKinds; ++kind) {
    grant.kinds.at(kind) = facts.kinds.at(kind).sharing;
  }
  grant.uids = reached(request.uids);
  grant.gids = reached(request.gids);
  const auto offsets = TRY(reach_object(spec, kClocks));
  grant.clocks = Permitted(moves_clocks(offsets));
  return grant;
}

NamespacesCeiling Namespaces::parse(const Rule& rule, doc::Diagnostics& wrong) {
  static constexpr std::array<std::string_view, 2> offsets{"none", "any"};
  Ceiling ceiling;
  bool right = true;
  for (std::size_t key = 0; key < keys.size(); ++key) {
    const bool of_clocks = key == kNameSpaceKinds;
    const auto value = wrong.take(rule.need(keys.at(key)));
    const auto words = of_clocks ? std::span<const std::string_view>(offsets) : kWords;
    const auto word = value ? parse_word(*value, words, wrong) : std::nullopt;
    right = right && word;
    if (!word) continue;
    if (of_clocks) {
      ceiling.time_offsets = *word == 1;
    } else {
      ceiling.kinds.at(key) = static_cast<Sharing>(*word);
    }
  }
  return right ? ceiling : Ceiling{};
}

NamespacesGrant Namespaces::bound(const Ceiling& ceiling, const Facts& facts,
                                  const std::tuple<>& /*earlier*/) {
  Grant most;
  most.kinds = ceiling.kinds;
  most.uids = most.gids = ceiling.kinds.at(kUser) == Sharing::own ? all_but_root() : IdSet::all();
  const auto time = facts.kinds.at(static_cast<std::size_t>(NameSpaceKind::time)).sharing;
  most.clocks = Permitted(ceiling.time_offsets && time == Sharing::own);
  return most;
}

Outcome<NamespacesGrant> Namespaces::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                            const std::tuple<>& earlier) {
  const Grant most = bound(ceiling, facts, earlier);
  if (leq(request, most)) return {request, Verdict::unchanged, {}, {}};
  Outcome<Grant> outcome{Grant{}, Verdict::refused, {}, {}};
  for (std::size_t kind = 0; kind < kNameSpaceKinds; ++kind) {
    if (request.kinds.at(kind) <= most.kinds.at(kind)) continue;
    outcome.changes.push_back(
        above(static_cast<NameSpaceKind>(kind), facts.kinds.at(kind), most.kinds.at(kind)));
  }
  const bool own_user = request.kinds.at(kUser) == Sharing::own;
  const auto say_root = [&](std::string_view pointer, const IdSet& ids, const IdSet& bounds) {
    if (leq(ids, bounds) || !own_user) return;
    outcome.changes.push_back(
        {std::string(pointer), "a mapping to the host's root", "",
         "the ceiling is own; map to other ids than 0, or let the operator change namespaces.user", false});
  };
  say_root(kUids, request.uids, most.uids);
  say_root(kGids, request.gids, most.gids);
  if (!leq(request.clocks, most.clocks)) {
    outcome.changes.push_back({std::string(kClocks), "moved clocks", "",
                               ceiling.time_offsets
                                   ? "they are moved in a time namespace of its own alone; ask for one"
                                   : "the ceiling is none; ask without, or let the operator change "
                                     "namespaces.time_offsets",
                               false});
  }
  return outcome;
}

void Namespaces::write(const Spec& /*spec*/, const Facts& /*facts*/, const Grant& /*grant*/,
                       SpecEdits& /*edits*/) {}

}  // namespace hardened::controls
