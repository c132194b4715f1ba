#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "profiles/seccomp/widths.h"
#include "tests/support/seccomp_dice.h"

namespace hardened::test {
namespace {

using seccomp::Architecture;
using seccomp::Compare;
using seccomp::Condition;
using seccomp::Profile;

using Values = std::array<std::set<std::uint64_t>, 6>;

void add_corners(Values& values, const Condition& c) {
  std::set<std::uint64_t>& out = values.at(c.index);
  if (c.op != Compare::masked_equal) {
    for (const std::uint64_t v : {c.value - 1, c.value, c.value + 1}) out.insert(v);
    return;
  }
  const std::uint64_t inside = c.value_two & c.value;
  for (const std::uint64_t v : {inside, inside + 1, inside - 1, inside | ~c.value}) out.insert(v);
  if (c.value == 0) return;
  const std::uint64_t lowest = c.value & (~c.value + 1);
  std::uint64_t highest = c.value;
  while ((highest & (highest - 1)) != 0) highest &= highest - 1;
  out.insert(inside ^ lowest);
  out.insert(inside ^ highest);
}

// Rules for the calls of socketcall look at its arguments on x86.
bool speaks_of(const seccomp::Rule& rule, const std::string& name) {
  return std::any_of(rule.names.begin(), rule.names.end(), [&](const std::string& one) {
    return one == name || multiplexed_number(name, one).has_value();
  });
}

Values values_of(const Pair& pair, const std::string& name) {
  Values out;
  for (const Profile* side : {&pair.asked, &pair.ceiling}) {
    for (const seccomp::Rule& rule : side->rules) {
      if (!speaks_of(rule, name)) continue;
      for (const Condition& c : rule.conditions) add_corners(out, c);
      for (const std::string& inside : rule.names) {
        if (const auto number = multiplexed_number(name, inside)) out[0].insert(*number);
      }
    }
  }
  return out;
}

std::array<std::uint64_t, 6> draw_arguments(Dice& dice, const Values& values) {
  std::array<std::uint64_t, 6> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::set<std::uint64_t>& choices = values.at(i);
    if (choices.empty() || dice.one_in(16)) {
      out.at(i) = dice.one_in(3) ? dice.bits() : dice.below(4);
    } else {
      out.at(i) = *std::next(choices.begin(), static_cast<std::ptrdiff_t>(dice.below(choices.size())));
    }
  }
  return out;
}

// Twice as many as there are values, so that most are met, and at most 20.
std::size_t count_for(const Values& values) {
  std::size_t out = 0;
  for (const std::set<std::uint64_t>& choices : values) out += 2 * choices.size();
  return std::clamp<std::size_t>(out, 1, 20);
}

void add_calls(Dice& dice, const Pair& pair, Architecture architecture, const std::string& name,
               std::vector<Call>& out) {
  const std::optional<int> number = number_of(name, architecture);
  if (!number) return;
  const Values values = values_of(pair, name);
  const std::size_t count = count_for(values);
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(canonical({architecture, name, draw_arguments(dice, values), number}));
}

std::set<std::string> names_of(const Pair& pair) {
  std::set<std::string> out;
  for (const Profile* side : {&pair.asked, &pair.ceiling}) {
    for (const seccomp::Rule& rule : side->rules) out.insert(rule.names.begin(), rule.names.end());
  }
  for (const char* multiplexer : {"socketcall", "ipc"}) {
    const bool inside = std::any_of(out.begin(), out.end(), [&](const std::string& name) {
      return multiplexed_number(multiplexer, name).has_value();
    });
    if (inside) out.insert(multiplexer);
  }
  return out;
}

// Numbers that the profiles cannot name: above all, and -1.
void add_numbers(const Pair& pair, Architecture architecture, std::vector<Call>& out) {
  const int mode = architecture == Architecture::x32 ? 0x40000000 : 0;
  for (const int number : {mode + 500, mode + 0x3fffffff}) out.push_back({architecture, "", {}, number});
  if (mode == 0) out.push_back({architecture, "", {}, -1});
  (void)pair;
}

}  // namespace

Call canonical(const Call& call) {
  Call out = call;
  for (unsigned i = 0; i < out.arguments.size(); ++i) {
    std::uint64_t& x = out.arguments.at(i);
    const seccomp::Width width = seccomp::width_of(call.name, i).value_or(seccomp::Width{});
    if (width.bits < 64) {
      const std::uint64_t low = (std::uint64_t{1} << width.bits) - 1;
      const bool negative = width.is_signed && (x >> (width.bits - 1) & 1) != 0;
      x = negative ? x | ~low : x & low;
    }
    if (is_narrow(call.architecture)) x &= 0xffffffffU;
  }
  return out;
}

Call with_high_bits(Dice& dice, const Call& call) {
  Call out = call;
  for (unsigned i = 0; i < out.arguments.size(); ++i) {
    const seccomp::Width width = seccomp::width_of(call.name, i).value_or(seccomp::Width{});
    if (width.bits == 64) continue;
    const std::uint64_t low = (std::uint64_t{1} << width.bits) - 1;
    const std::uint64_t high = dice.one_in(2) ? dice.bits() : std::uint64_t{1} << width.bits;
    out.arguments.at(i) = (out.arguments.at(i) & low) | (high & ~low);
  }
  return out;
}

std::vector<Call> corners(Dice& dice, const Pair& pair) {
  std::vector<Architecture> through{kOwn, kOwn};
  for (const Profile* side : {&pair.asked, &pair.ceiling})
    through.insert(through.end(), side->foreign.begin(), side->foreign.end());
  std::set<std::string> names = names_of(pair);
  while (names.size() > 16)
    names.erase(std::next(names.begin(), static_cast<std::ptrdiff_t>(dice.below(names.size()))));
  for (int i = 0; i < 3; ++i) names.insert(dice.of(drawn_calls()));
  std::vector<Call> out;
  for (const std::string& name : names) {
    add_calls(dice, pair, kOwn, name, out);
    const Architecture other = dice.of(through);
    if (other != kOwn) add_calls(dice, pair, other, name, out);
  }
  const Architecture last = dice.of(through);
  add_numbers(pair, last, out);
  out.push_back(canonical({Architecture::aarch64, "read", {}, number_of("read", Architecture::aarch64)}));
  return out;
}

std::string text_of(const Call& call) {
  std::string out = call.name.empty() ? "call" : call.name;
  char text[32];
  std::snprintf(text, sizeof(text), " (%d) (", call.number.value_or(-1));
  out += text;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    std::snprintf(text, sizeof(text), "%s%#llx", i == 0 ? "" : ", ",
                  static_cast<unsigned long long>(call.arguments.at(i)));
    out += text;
  }
  return out + ") through " + std::string(seccomp::name(call.architecture));
}

}  // namespace hardened::test
