// The oracles themselves: a meet that is wrong on purpose must be found by each of them, and one that is right by
// construction by none.
//
// The meet with a profile that allows everything is the request itself, whoever computes meets. So the request,
// in the kernel's widths, is the right answer here, and the request with one mistake is a wrong one.
#include <gtest/gtest.h>

#include "profiles/seccomp/widths.h"
#include "tests/oracles/common.h"

namespace hardened::test {
namespace {

using seccomp::Action;
using seccomp::Compare;
using seccomp::Condition;
using seccomp::Profile;
using seccomp::Rule;

constexpr std::size_t kPairs = 400;

struct Mutant {
  const char* name;
  bool (*make)(Dice& dice, Profile& meet);  // false where the profile has no place for it
};

Rule* rule_where(Dice& dice, Profile& profile, bool (*wanted)(const Rule&)) {
  std::vector<Rule*> found;
  for (Rule& rule : profile.rules) {
    if (wanted(rule)) found.push_back(&rule);
  }
  return found.empty() ? nullptr : dice.of(found);
}

bool is_conditional(const Rule& rule) { return !rule.conditions.empty(); }
bool is_masked(const Rule& rule) {
  return is_conditional(rule) && rule.conditions.front().op == Compare::masked_equal;
}
bool is_denial(const Rule& rule) { return rule.answer.action <= Action::error; }
bool is_errno(const Rule& rule) { return rule.answer.action == Action::error; }
bool is_any(const Rule&) { return true; }

bool drop_a_rule(Dice& dice, Profile& meet) {
  if (meet.rules.empty()) return false;
  meet.rules.erase(meet.rules.begin() + static_cast<std::ptrdiff_t>(dice.below(meet.rules.size())));
  return true;
}
bool widen_a_mask(Dice& dice, Profile& meet) {
  Rule* rule = rule_where(dice, meet, is_masked);
  if (rule == nullptr) return false;
  rule->conditions.front().value &= rule->conditions.front().value - 1;  // its lowest bit
  return true;
}
bool drop_a_condition(Dice& dice, Profile& meet) {
  Rule* rule = rule_where(dice, meet, is_conditional);
  if (rule == nullptr) return false;
  rule->conditions.pop_back();
  return true;
}
bool move_a_value(Dice& dice, Profile& meet) {
  Rule* rule = rule_where(dice, meet, is_conditional);
  if (rule == nullptr) return false;
  Condition& c = rule->conditions.front();
  (c.op == Compare::masked_equal ? c.value_two : c.value) += 1;
  return true;
}
bool allow_a_denial(Dice& dice, Profile& meet) {
  Rule* rule = rule_where(dice, meet, is_denial);
  if (rule == nullptr || meet.fallback.action == Action::allow) return false;
  rule->answer = {Action::allow, 0};
  return true;
}
bool tell_another_errno(Dice& dice, Profile& meet) {
  Rule* rule = rule_where(dice, meet, is_errno);
  if (rule == nullptr) return false;
  rule->answer.code = 77;
  return true;
}
bool forget_a_name(Dice& dice, Profile& meet) {
  Rule* rule = rule_where(dice, meet, is_any);
  if (rule == nullptr || rule->names.size() < 2) return false;
  rule->names.pop_back();
  return true;
}
bool allow_the_rest(Dice&, Profile& meet) {
  if (meet.fallback.action == Action::allow) return false;
  meet.fallback = {Action::allow, 0};
  return true;
}
bool log_the_rest(Dice&, Profile& meet) {
  if (meet.fallback.action == Action::log) return false;
  meet.fallback = {Action::log, 0};
  return true;
}

constexpr Mutant kMutants[] = {{"drops a rule", drop_a_rule},
                               {"widens a mask", widen_a_mask},
                               {"drops a condition", drop_a_condition},
                               {"moves a value", move_a_value},
                               {"allows what a rule denies", allow_a_denial},
                               {"tells another errno", tell_another_errno},
                               {"forgets a name", forget_a_name},
                               {"allows the rest", allow_the_rest},
                               {"logs the rest", log_the_rest}};

// Masked equal alone, and on the bits that the kernel reads: what libseccomp compiles without fault, and what is right
// for every vector.
void simplify(Profile& profile) {
  for (Rule& rule : profile.rules) {
    for (Condition& c : rule.conditions) {
      unsigned bits = 64;
      for (const std::string& name : rule.names)
        bits = std::min<unsigned>(bits, seccomp::width_of(name, c.index).value_or(seccomp::Width{}).bits);
      const std::uint64_t low = ~std::uint64_t{0} >> (64 - bits);
      if (c.op != Compare::masked_equal) c = {c.index, Compare::masked_equal, low, c.value};
      c.value &= low;
      c.value_two &= c.value;
    }
  }
}

Pair with_all(const Pair& drawn) {
  Pair out = drawn;
  out.asked.confined = true;
  out.asked.foreign.clear();  // where a call without a number may be the first
  simplify(out.asked);
  out.ceiling = out.asked;
  out.ceiling.fallback = {Action::allow, 0};
  out.ceiling.rules.clear();
  return out;
}

struct Named {
  const char* name;
  std::optional<Failure> (*ask)(Demand, const Three&, const std::vector<Call>&);
};
constexpr Named kOracles[] = {{"words", ask_words}, {"programs", ask_programs}, {"kernel", ask_kernel}};

// How many of the pairs the oracle objects to.
std::size_t found(const Named& oracle, Demand demand, const Mutant* mutant) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < kPairs; ++i) {
    Dice dice(seed() * 7919 + i);
    const Pair pair = with_all(draw_pair(dice));
    if (!compile(pair.asked, kOwn)) continue;
    Three three{pair.asked, pair.ceiling, pair.asked, {}};
    if (mutant != nullptr && !mutant->make(dice, three.granted)) continue;
    const std::optional<Failure> failure = oracle.ask(demand, three, corners(dice, pair));
    if (!failure) continue;
    if (mutant == nullptr) ADD_FAILURE() << oracle.name << ":\n" << report(*failure, seed() * 7919 + i);
    ++out;
  }
  return out;
}

TEST(Mutants, TheRightMeetIsFoundRight) {
  for (const Named& oracle : kOracles) EXPECT_EQ(found(oracle, Demand::exact, nullptr), 0U) << oracle.name;
}

TEST(Mutants, EachIsFoundByEachOracle) {
  for (const Named& oracle : kOracles) {
    for (const Mutant& mutant : kMutants) {
      const std::size_t times = found(oracle, Demand::exact, &mutant);
      EXPECT_GT(times, 0U) << oracle.name << " does not see a meet that " << mutant.name;
      std::printf("%-9s %-26s %zu of %zu\n", oracle.name, mutant.name, times, kPairs);
    }
  }
}

TEST(Mutants, WhatIsWiderIsFoundByTheWeakerDemand) {
  for (const Named& oracle : kOracles) {
    for (const Mutant& mutant :
         {Mutant{"widens a mask", widen_a_mask}, Mutant{"allows the rest", allow_the_rest},
          Mutant{"drops a condition", drop_a_condition}}) {
      EXPECT_GT(found(oracle, Demand::never_above, &mutant), 0U) << oracle.name << ": " << mutant.name;
    }
  }
}

}  // namespace
}  // namespace hardened::test
