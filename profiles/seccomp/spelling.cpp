#include "profiles/seccomp/spelling.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "profiles/seccomp/levels.h"

namespace hardened::seccomp {
namespace {

constexpr std::uint64_t kLow = 0xffffffff;

std::vector<Condition> spell(unsigned index, const Values& values, unsigned bits) {
  if (bits == 64 && values.low == values.high) return {{index, Compare::equal, values.low, 0}};
  std::vector<Condition> out;
  for (const Block& block : blocks(values, bits))
    out.push_back({index, Compare::masked_equal, block.mask, block.value});
  return out;
}

// All ways in which a piece is spelt, not yet written out: one condition out of each list. A piece may have
// thousands, of which a filter holds some.
struct Ways {
  const Piece* piece = nullptr;
  std::vector<std::vector<Condition>> conditions;  // of each argument that it looks at
  std::size_t count = 1;
};

// Counts no further than to `most`.
Ways ways_of(const Piece& piece, const Space& space, std::size_t most) {
  Ways out{&piece, {}, 1};
  for (unsigned i = 0; i < kArguments; ++i) {
    const unsigned bits = space.widths.at(i).bits;
    if (piece.box.at(i) == Values::all(bits)) continue;
    out.conditions.push_back(spell(i, piece.box.at(i), bits));
    out.count = std::min(out.count * out.conditions.back().size(), most);
  }
  return out;
}

// Way `number` of a piece: the last argument's conditions change first.
Conjunction way(const Ways& ways, std::size_t number) {
  Conjunction out(ways.conditions.size());
  for (std::size_t i = out.size(); i > 0; --i) {
    const std::vector<Condition>& each = ways.conditions[i - 1];
    out[i - 1] = each[number % each.size()];
    number /= each.size();
  }
  return out;
}

// The one argument of 64 bits that all pieces look at, if it is so.
std::optional<unsigned> only_argument(const Decision& decision, const Space& space) {
  std::optional<unsigned> out;
  for (unsigned i = 0; i < kArguments; ++i) {
    const Values all = Values::all(space.widths.at(i).bits);
    const auto looks = [&](const Piece& piece) { return piece.box.at(i) != all; };
    if (std::none_of(decision.pieces.begin(), decision.pieces.end(), looks)) continue;
    if (out || space.widths.at(i).bits != 64) return std::nullopt;
    out = i;
  }
  return out;
}

// A decision that is one order, or all but one number: a single condition where blocks would need many.
std::optional<Rule> as_one(std::string_view call, const Decision& decision, const Space& space) {
  const std::optional<unsigned> argument = only_argument(decision, space);
  if (!argument || decision.pieces.size() > 2) return std::nullopt;
  const Values& first = decision.pieces.front().box.at(*argument);
  const Values& last = decision.pieces.back().box.at(*argument);
  const Rule rule{{std::string(call)}, decision.pieces.front().answer, {}};
  const auto with = [&](Compare op, std::uint64_t value) {
    Rule out = rule;
    out.conditions.push_back({*argument, op, value, 0});
    return out;
  };
  if (first.mask != 0 || last.mask != 0) return std::nullopt;
  if (decision.pieces.size() == 1) {
    if (first.low == 0 && first.high < kLow) return with(Compare::less_or_equal, first.high);
    if (first.high == most_of(64) && first.low <= kLow) return with(Compare::greater_or_equal, first.low);
    return std::nullopt;
  }
  const bool holed = first.low == 0 && last.high == most_of(64) && first.high + 2 == last.low;
  if (!holed || decision.pieces.back().answer != rule.answer) return std::nullopt;
  return with(Compare::not_equal, first.high + 1);
}

// How many bits way `number` looks at: the fewer, the more vectors it is about.
int narrowness(const Ways& ways, std::size_t number) {
  int bits = 0;
  for (std::size_t i = ways.conditions.size(); i > 0; --i) {
    const std::vector<Condition>& each = ways.conditions[i - 1];
    const Condition& c = each[number % each.size()];
    bits += c.op == Compare::masked_equal ? std::popcount(c.value) : 64;
    number /= each.size();
  }
  return bits;
}

std::size_t most_for(const std::vector<Ways>& all) {
  Levels levels;
  for (const Ways& ways : all) {
    for (const std::vector<Condition>& conditions : ways.conditions) {
      for (const Condition& c : conditions) levels.look(c);
    }
  }
  return levels.most();
}

// One rule of those that a decision is spelt in; the piece is the place in the list.
struct Pick {
  int narrowness = 0;
  std::size_t piece = 0;
  std::size_t number = 0;
  auto operator<=>(const Pick&) const = default;
};

// All of them, or the `most` that look at the fewest bits; of equal ones the first.
std::vector<Pick> picked(const std::vector<Ways>& all, std::size_t count, std::size_t most) {
  std::vector<Pick> out;
  out.reserve(count);
  for (std::size_t piece = 0; piece < all.size(); ++piece) {
    for (std::size_t number = 0; number < all[piece].count; ++number)
      out.push_back({count > most ? narrowness(all[piece], number) : 0, piece, number});
  }
  if (count <= most) return out;
  const auto end = out.begin() + static_cast<std::ptrdiff_t>(most);
  std::partial_sort(out.begin(), end, out.end());
  out.erase(end, out.end());
  return out;
}

bool denies(const Ways& ways) { return ways.piece->answer.action == Action::error; }

Spelt denied(std::string_view call, const Decision& decision) {
  return {{Rule{{std::string(call)}, strictest(decision), {}}}, true};
}

}  // namespace

Spelt spell(std::string_view call, const Decision& decision, const Space& space, bool alone, std::size_t most,
            Effort& effort) {
  constexpr std::size_t kMostWays = 16384;
  constexpr std::size_t kMostForAnErrno = 16;
  if (decision.is_always()) return {{Rule{{std::string(call)}, decision.elsewhere, {}}}, false};
  Spelt out;
  std::optional<Rule> one = alone ? as_one(call, decision, space) : std::nullopt;
  if (one) return {{std::move(*one)}, false};
  std::vector<Ways> all;
  std::size_t count = 0;
  std::size_t errnos = 0;
  for (const Piece& piece : decision.pieces) {
    all.push_back(ways_of(piece, space, kMostWays + 1));
    count += all.back().count;
    if (denies(all.back())) errnos += all.back().count;
    if (count > kMostWays || !effort.spend(all.back().count)) return denied(call, decision);
  }
  // An errno is not worth a filter that gets too long: the fallback denies as well.
  if (errnos > kMostForAnErrno && decision.elsewhere.action == Action::error) {
    all.erase(std::remove_if(all.begin(), all.end(), denies), all.end());
    count -= errnos;
  }
  most = std::min(most, most_for(all));
  out.coarse = count > most;
  const bool droppable = std::all_of(decision.pieces.begin(), decision.pieces.end(), [&](const Piece& p) {
    return p.answer.action >= decision.elsewhere.action;
  });
  if (out.coarse && !droppable) return denied(call, decision);
  for (const Pick& pick : picked(all, count, most)) {
    const Ways& ways = all[pick.piece];
    out.rules.push_back({{std::string(call)}, ways.piece->answer, way(ways, pick.number)});
  }
  return out;
}

bool clash_in_32_bits(const std::vector<Rule>& rules) {
  using Seen = std::tuple<unsigned, Compare, std::uint64_t, std::uint64_t>;
  std::map<std::vector<Seen>, Answer> seen;
  for (const Rule& rule : rules) {
    std::vector<Seen> key;
    for (const Condition& c : rule.conditions) {
      const bool empty = c.op == Compare::masked_equal && (c.value & kLow) == 0;
      if (!empty) key.emplace_back(c.index, c.op, c.value & kLow, c.value_two & kLow);
    }
    const auto [at, inserted] = seen.emplace(std::move(key), rule.answer);
    if (!inserted && at->second != rule.answer) return true;
  }
  return false;
}

}  // namespace hardened::seccomp
