#include "profiles/seccomp/spelling.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

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

// Each way in which a box is spelt; empty where there are more than `most`.
std::vector<Conjunction> spell(const Box& box, const Space& space, std::size_t most) {
  std::vector<Conjunction> out{{}};
  for (unsigned i = 0; i < kArguments; ++i) {
    const unsigned bits = space.widths.at(i).bits;
    if (box.at(i) == Values::all(bits)) continue;
    const std::vector<Condition> ways = spell(i, box.at(i), bits);
    if (out.size() * ways.size() > most) return {};
    std::vector<Conjunction> next;
    for (const Conjunction& begun : out) {
      for (const Condition& way : ways) {
        next.push_back(begun);
        next.back().push_back(way);
      }
    }
    out = std::move(next);
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

// How many bits a rule looks at: the fewer, the more vectors it is about.
int narrowness(const Rule& rule) {
  int bits = 0;
  for (const Condition& c : rule.conditions) {
    if (c.op == Compare::masked_equal) bits += std::popcount(c.value);
    if (c.op == Compare::equal) bits += 64;
  }
  return bits;
}

// libseccomp makes a tree of all rules of a call, level by level for each half of an argument that they look at, and
// takes from milliseconds to minutes for a hundred rules as the levels get more.
std::size_t most_for(const std::vector<Rule>& rules) {
  constexpr std::array<std::size_t, 4> kMost{1024, 1024, 96, 32};  // by levels
  std::array<bool, 2 * kArguments> looked{};
  for (const Rule& rule : rules) {
    for (const Condition& c : rule.conditions) {
      const std::uint64_t mask = c.op == Compare::masked_equal ? c.value : most_of(64);
      looked.at(2 * c.index) = looked.at(2 * c.index) || (mask & kLow) != 0;
      looked.at(2 * c.index + 1) = looked.at(2 * c.index + 1) || (mask & ~kLow) != 0;
    }
  }
  const auto levels = static_cast<std::size_t>(std::count(looked.begin(), looked.end(), true));
  return levels < kMost.size() ? kMost.at(levels) : std::size_t{16};
}

Spelt denied(std::string_view call, const Decision& decision) {
  return {{Rule{{std::string(call)}, strictest(decision), {}}}, true};
}

}  // namespace

Spelt spell(std::string_view call, const Decision& decision, const Space& space, bool alone,
            std::size_t most) {
  constexpr std::size_t kMostWays = 16384;
  constexpr std::size_t kMostForAnErrno = 16;
  if (decision.is_always()) return {{Rule{{std::string(call)}, decision.elsewhere, {}}}, false};
  Spelt out;
  std::optional<Rule> one = alone ? as_one(call, decision, space) : std::nullopt;
  if (one) return {{std::move(*one)}, false};
  for (const Piece& piece : decision.pieces) {
    const std::vector<Conjunction> ways = spell(piece.box, space, kMostWays);
    if (ways.empty() || out.rules.size() + ways.size() > kMostWays) return denied(call, decision);
    for (const Conjunction& way : ways) out.rules.push_back({{std::string(call)}, piece.answer, way});
  }
  // An errno is not worth a filter that gets too long: the fallback denies as well.
  const auto denies = [](const Rule& rule) { return rule.answer.action == Action::error; };
  const auto errnos = static_cast<std::size_t>(std::count_if(out.rules.begin(), out.rules.end(), denies));
  if (errnos > kMostForAnErrno && decision.elsewhere.action == Action::error) {
    out.rules.erase(std::remove_if(out.rules.begin(), out.rules.end(), denies), out.rules.end());
  }
  most = std::min(most, most_for(out.rules));
  if (out.rules.size() <= most) return out;
  const bool droppable = std::all_of(decision.pieces.begin(), decision.pieces.end(), [&](const Piece& p) {
    return p.answer.action >= decision.elsewhere.action;
  });
  if (!droppable) return denied(call, decision);
  std::stable_sort(out.rules.begin(), out.rules.end(),
                   [](const Rule& a, const Rule& b) { return narrowness(a) < narrowness(b); });
  out.rules.resize(most);
  out.coarse = true;
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
