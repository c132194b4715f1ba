#include "tests/oracles/common.h"

#include <cstdio>
#include <cstdlib>
#include <random>

#include "profiles/seccomp/meet.h"

namespace hardened::test {
namespace {

using seccomp::Profile;

std::optional<std::uint64_t> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  return std::strtoull(text, nullptr, 0);
}

constexpr std::size_t kPairs = 10000;

// The same pair from its seed alone, whatever was drawn before.
std::uint64_t seed_of(std::uint64_t run, std::size_t pair) { return run * 1000003 + pair; }

std::string told(const char* what, const Answers& answers) {
  return std::string(what) + "\n  asked   " + text_of(answers.asked) + "\n  ceiling " +
         text_of(answers.ceiling) + "\n  granted " + text_of(answers.granted);
}

bool is_defective(const Answers& words, const Answers& real) {
  return !agrees(words.asked, real.asked.mildest) || !agrees(words.ceiling, real.ceiling.mildest);
}

// The three readings of a call that a program gives must be among those of the words.
std::string disagreement(Demand demand, const Three& three, const Call& call, const Answers& words,
                         const Answers& real) {
  // Not where the meet says itself that libseccomp loses rules of it (which then deny), nor where a side's own words
  // do something else, of which the meet may have kept some.
  const bool exact = Judge(demand, three).is_exact(call) && !is_defective(words, real);
  if (exact && !agrees(words.granted, real.granted.mildest))
    return "the meet's program is not what its words say";
  if (!agrees(words.asked, real.asked.mildest) && known_defect(three.asked, call).empty())
    return "the request's program is not what its words say";
  if (!agrees(words.ceiling, real.ceiling.mildest) && known_defect(three.ceiling, call).empty())
    return "the ceiling's program is not what its words say";
  return "";
}

std::string words_objection(const Judge& judge, Dice& dice, const Call& call) {
  const Answers words = judge.by_words(call);
  std::string what = judge.objection(call, words);
  if (!what.empty()) return told(what.c_str(), words);
  const Call high = with_high_bits(dice, call);
  const Answers there = judge.by_words(high);
  what = judge.objection(high, words.granted, there.granted);
  return what.empty() ? "" : told((what + " at " + text_of(high)).c_str(), there);
}

std::string program_objection(Demand demand, const Three& three, const Judge& judge, const Programs& programs,
                              Dice& dice, const Call& call) {
  const Answers real = programs.of(call);
  const Answers words = judge.by_words(call);
  std::string what = disagreement(demand, three, call, words, real);
  const bool tripped = demand == Demand::never_above && !agrees(words.granted, real.granted.mildest);
  if (what.empty() && !tripped && !is_defective(words, real)) what = judge.objection(call, real);
  if (!what.empty()) return told(what.c_str(), real) + told("\nby the words", words);
  const Call high = with_high_bits(dice, call);
  const Answers there = programs.of(high);
  // Nor is there anything to compare where libseccomp gets a side wrong at these bits.
  if (is_defective(judge.by_words(high), there)) return "";
  what = judge.objection(high, real.granted, there.granted);
  return what.empty() ? "" : told((what + " at " + text_of(high)).c_str(), there);
}

// As runc judges: libseccomp refuses two answers to one condition.
bool is_taken(const Profile& profile) { return !profile.confined || compile(profile, kOwn).has_value(); }

template <class Edit>
bool try_edit(const Meet& meet, const Oracle& oracle, Failure& failure, const Edit& edit) {
  Pair pair{failure.three.asked, failure.three.ceiling};
  if (!edit(pair) || !is_taken(pair.asked) || !is_taken(pair.ceiling)) return false;
  std::optional<Failure> still = oracle(meet(pair), {failure.call});
  if (!still ||
      still->what.substr(0, still->what.find('\n')) != failure.what.substr(0, failure.what.find('\n')))
    return false;  // another failure than the one that was found
  failure = std::move(*still);
  return true;
}

// Takes one thing out of a list of one of the sides; false when there is none left to try.
bool drop_in(Profile& profile, std::size_t at) {
  for (std::size_t i = 0; i < profile.rules.size(); ++i, --at) {
    const auto rule = profile.rules.begin() + static_cast<std::ptrdiff_t>(i);
    if (at == 0 && profile.rules.size() > 1) return profile.rules.erase(rule), true;
    at -= std::min<std::size_t>(at, 1);
    if (at < rule->conditions.size())
      return rule->conditions.erase(rule->conditions.begin() + static_cast<std::ptrdiff_t>(at)), true;
    at -= rule->conditions.size();
    if (at < rule->names.size() && rule->names.size() > 1)
      return rule->names.erase(rule->names.begin() + static_cast<std::ptrdiff_t>(at)), true;
    at -= std::min(at, rule->names.size());
    ++at;
  }
  return false;
}

}  // namespace

Three real_meet(const Pair& pair) {
  Three out{pair.asked, pair.ceiling, seccomp::meet(pair.asked, pair.ceiling, kOwn), {}};
  if (identical(out.granted, pair.asked)) return out;
  for (const seccomp::BelowMeet& one : seccomp::lowered(pair.asked, pair.ceiling, kOwn).below)
    out.below.push_back(one.call);
  return out;
}

std::uint64_t seed() {
  static const std::uint64_t chosen = [] {
    const std::uint64_t out = number_in("HARDENED_ORACLE_SEED").value_or(std::random_device{}());
    std::printf("HARDENED_ORACLE_SEED=%llu\n", static_cast<unsigned long long>(out));
    return out;
  }();
  return chosen;
}

std::size_t pairs() { return number_in("HARDENED_ORACLE_PAIRS").value_or(kPairs); }

std::optional<Failure> ask_words(Demand demand, const Three& three, const std::vector<Call>& calls) {
  const Judge judge(demand, three);
  Dice dice(1);
  for (const Call& call : calls) {
    std::string what = words_objection(judge, dice, call);
    if (!what.empty()) return Failure{three, call, "by the words: " + what};
  }
  return std::nullopt;
}

std::optional<Failure> ask_programs(Demand demand, const Three& three, const std::vector<Call>& calls) {
  const Programs programs(three);
  if (!programs.inputs_compile()) return std::nullopt;
  if (!programs.compiles() && demand == Demand::never_above) return std::nullopt;
  if (!programs.compiles())
    return Failure{three, {}, "libseccomp refuses the meet, or never comes back from it"};
  const Judge judge(demand, three);
  Dice dice(1);
  for (const Call& call : calls) {
    std::string what = program_objection(demand, three, judge, programs, dice, call);
    if (!what.empty()) return Failure{three, call, "by the programs: " + what};
  }
  return std::nullopt;
}

bool is_sound(const Judge& judge, const Programs& programs, const Call& call) {
  return !is_defective(judge.by_words(call), programs.of(call));
}

Failure shrunk(const Meet& meet, const Oracle& oracle, Failure failure) {
  for (const bool asked : {true, false, true, false}) {
    for (std::size_t at = 0; at < 400;) {
      bool left = false;
      const bool dropped = try_edit(meet, oracle, failure, [&](Pair& pair) {
        left = drop_in(asked ? pair.asked : pair.ceiling, at);
        return left;
      });
      if (!dropped && !left) break;
      if (!dropped) ++at;
    }
  }
  (void)try_edit(meet, oracle, failure, [](Pair& pair) {
    pair.asked.foreign.clear();
    pair.ceiling.foreign.clear();
    return true;
  });
  return failure;
}

std::string report(const Failure& failure, std::uint64_t pair_seed) {
  return "HARDENED_ORACLE_SEED=" + std::to_string(seed()) + " (the pair's own seed " +
         std::to_string(pair_seed) + ")\n" + text_of(failure.three) + "at " + text_of(failure.call) + "\n" +
         failure.what + "\n";
}

Searched search(const Meet& meet, const Oracle& oracle, std::size_t count) {
  Searched out;
  const std::size_t wanted = number_in("HARDENED_ORACLE_FAILURES").value_or(1);
  std::size_t failures = 0;
  for (std::size_t i = 0; out.pairs < count; ++i) {
    const std::uint64_t own = seed_of(seed(), i);
    Dice dice(own);
    const Pair pair = draw_pair(dice);
    if (!is_taken(pair.asked) || !is_taken(pair.ceiling)) continue;
    const std::vector<Call> calls = corners(dice, pair);
    ++out.pairs;
    out.calls += calls.size();
    std::optional<Failure> failure = oracle(meet(pair), calls);
    if (!failure) continue;
    out.failure += report(shrunk(meet, oracle, std::move(*failure)), own) + "\n";
    if (++failures == wanted) return out;
  }
  return out;
}

}  // namespace hardened::test
