#include "profiles/seccomp/entangled.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "profiles/seccomp/multiplexed.h"
#include "profiles/seccomp/values.h"
#include "profiles/seccomp/views.h"

namespace hardened::seccomp {
namespace {

using Case = std::pair<Conjunction, Answer>;
using Cases = std::map<std::string_view, std::vector<Case>>;
// A comparison of the low half of an argument; and what comes of it, where that is an answer.
struct Step {
  Compare op = Compare::equal;
  std::uint64_t mask = 0;
  std::uint64_t datum = 0;
  std::optional<Answer> answer;
  friend bool operator==(const Step&, const Step&) = default;
};
// The steps that follow each other for one argument, once others have matched.
struct Level {
  std::string_view call;
  Conjunction before;
  unsigned index = 0;
  std::vector<Step> steps;
  bool halves = true;  // the low half of the argument is all that they look at
};

constexpr std::uint64_t kLow = 0xffffffff;
constexpr unsigned kHalf = 32;
// A comparison of steps is that much less work than one of boxes.
constexpr std::size_t kStepsOfABox = 16;

bool is_conditional(const Profile& profile, const Rule& rule) {
  return !rule.conditions.empty() && rule.answer != profile.fallback;
}

void add_carried(Cases& cases, const Rule& rule, std::string_view call) {
  for (const Multiplexer& outer : kMultiplexers) {
    for (const Carried& inner : outer.calls) {
      if (inner.name != call) continue;
      for (const Conjunction& one : alternatives(rule)) {
        Conjunction conditions{Condition{0, Compare::equal, inner.number, 0}};
        std::copy_if(one.begin(), one.end(), std::back_inserter(conditions),
                     [](const Condition& c) { return c.index != 0; });
        cases[outer.name].emplace_back(std::move(conditions), rule.answer);
      }
    }
  }
}

void add(std::vector<Case>& cases, const Rule& rule) {
  for (Conjunction& conditions : alternatives(rule)) {
    std::sort(conditions.begin(), conditions.end(),
              [](const Condition& a, const Condition& b) { return a.index < b.index; });
    cases.emplace_back(std::move(conditions), rule.answer);
  }
}

// Nothing where the effort is used up.
std::optional<Cases> cases_of(const Profile& profile, Effort& effort) {
  const bool carries = std::any_of(profile.foreign.begin(), profile.foreign.end(), is_multiplexed) ||
                       is_multiplexed(profile.own);
  Cases out;
  std::vector<std::string_view> plain;  // decided by a rule without conditions
  for (const Rule& rule : profile.rules) {
    if (rule.answer == profile.fallback) continue;
    if (rule.conditions.empty()) plain.insert(plain.end(), rule.names.begin(), rule.names.end());
    if (!rule.conditions.empty() && !effort.spend(rule.names.size() * rule.conditions.size())) return {};
    for (const std::string& call : rule.names) {
      if (carries) add_carried(out, rule, call);
      if (!rule.conditions.empty()) add(out[call], rule);
    }
  }
  for (const std::string_view call : plain) out.erase(call);
  return out;
}

Step step_of(const Condition& c) {
  if (c.op != Compare::masked_equal) return {c.op, kLow, c.value & kLow, {}};
  return {Compare::equal, c.value & kLow, c.value_two & c.value & kLow, {}};
}

bool is_half(const Condition& c) { return c.op == Compare::masked_equal && c.value <= kLow; }

bool add_levels(std::vector<Level>& levels, std::string_view call, const std::vector<Case>& cases,
                Effort& effort) {
  const std::size_t first = levels.size();
  for (const auto& [conditions, answer] : cases) {
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      const Conjunction before(conditions.begin(), conditions.begin() + static_cast<std::ptrdiff_t>(i));
      const unsigned index = conditions[i].index;
      if (!effort.spend(1 + (levels.size() - first) / kStepsOfABox)) return false;
      auto at =
          std::find_if(levels.begin() + static_cast<std::ptrdiff_t>(first), levels.end(),
                       [&](const Level& level) { return level.index == index && level.before == before; });
      if (at == levels.end()) at = levels.insert(at, Level{call, before, index, {}, true});
      at->steps.push_back(step_of(conditions[i]));
      at->halves = at->halves && is_half(conditions[i]);
      if (i + 1 == conditions.size()) at->steps.back().answer = answer;
    }
  }
  return true;
}

bool has(const std::vector<Step>& steps, const Step& step, Effort& effort) {
  if (!effort.spend(1 + steps.size() / kStepsOfABox)) return true;
  return std::find(steps.begin(), steps.end(), step) != steps.end();
}

// In what order libseccomp writes the steps of a level hangs on that in which they came: any of them may be the last.
bool share(const Level& a, const Level& b, Effort& effort) {
  return std::any_of(a.steps.begin(), a.steps.end(),
                     [&](const Step& step) { return step.answer && has(b.steps, step, effort); });
}

// Something else is loaded between two of its steps.
bool is_deep(const Level& level) {
  return std::any_of(level.steps.begin(), level.steps.end(), [](const Step& step) { return !step.answer; });
}

// Those that nobody has looked at: all that may look at something else in between, for which a rule needs two conditions.
std::vector<std::string_view> unknown(const Profile& profile) {
  std::vector<std::string_view> out;
  for (const Rule& rule : profile.rules) {
    const bool deep = is_conditional(profile, rule) && rule.conditions.size() > 1;
    if (deep) out.insert(out.end(), rule.names.begin(), rule.names.end());
  }
  for (const Multiplexer& outer : kMultiplexers) out.push_back(outer.name);
  return out;
}

Values numbers(const Step& step, std::uint64_t seen = kLow) {
  return Values::masked(step.mask & seen, step.datum, kHalf);
}

// What is looked at where this step has matched, if that is one argument, and decides.
const Level* inner_of(const std::vector<Level>& levels, const Level& level, const Step& step) {
  const Level* out = nullptr;
  for (const Level& inner : levels) {
    if (inner.call != level.call || inner.before.size() != level.before.size() + 1) continue;
    const Condition& last = inner.before.back();
    if (last.index != level.index || step_of(last) != step) continue;
    if (!std::equal(level.before.begin(), level.before.end(), inner.before.begin())) continue;
    if (out != nullptr || !inner.halves || is_deep(inner)) return nullptr;
    out = &inner;
  }
  return out;
}

// What none of the steps matches; nothing where it takes too long to say.
std::optional<std::vector<Values>> left_over(const std::vector<Step>& steps, Effort& effort) {
  std::vector<Values> rest{Values::all(kHalf)};
  for (const Step& step : steps) {
    if (!effort.spend(rest.size())) return {};
    std::vector<Values> next;
    for (const Values& one : rest) {
      const std::vector<Values> parts = outside(one, numbers(step));
      next.insert(next.end(), parts.begin(), parts.end());
    }
    rest = std::move(next);
  }
  return rest;
}

// Might the step match one of these numbers, of which a step before it may have left some bits alone?
bool matches(const Step& step, const std::vector<Values>& loaded, const std::vector<Step>& before,
             Effort& effort) {
  const auto matched = [&](std::uint64_t seen) {
    if ((step.datum & ~seen) != 0) return false;
    const Values wanted = numbers(step, seen);
    return std::any_of(loaded.begin(), loaded.end(),
                       [&](const Values& one) { return !both(one, wanted).empty(); });
  };
  if (!effort.spend(loaded.size() * (1 + before.size()))) return true;
  return matched(kLow) ||
         std::any_of(before.begin(), before.end(), [&](const Step& one) { return matched(one.mask); });
}

// Where a step that looks further has matched, and what it looked at is still loaded: will all that may be shared and come
// behind pass it by, as they would the argument itself?
bool passes(const Level& one, const Level& other, const Step& deep, const Level& inner, Effort& effort) {
  const std::optional<std::vector<Values>> rest = left_over(inner.steps, effort);
  if (!rest) return false;
  return rest->empty() || std::all_of(one.steps.begin(), one.steps.end(), [&](const Step& step) {
           if (step == deep || !has(other.steps, step, effort)) return true;
           return both(numbers(step), numbers(deep)).empty() && !matches(step, *rest, inner.steps, effort);
         });
}

bool is_harmless(const std::vector<Level>& levels, const Level& one, const Level& other, Effort& effort) {
  if (!one.halves || !other.halves) return false;
  return std::all_of(one.steps.begin(), one.steps.end(), [&](const Step& step) {
    if (step.answer) return true;
    const Level* inner =
        effort.spend(1 + levels.size() / kStepsOfABox) ? inner_of(levels, one, step) : nullptr;
    return inner != nullptr && passes(one, other, step, *inner, effort);
  });
}

bool tangles(const Cases& all, const std::vector<Level>& levels, const Level& one, const Level& other,
             Effort& effort) {
  if (!share(one, other, effort)) return false;
  if (other.call == one.call) return true;
  const std::vector<Case>& cases = all.at(one.call);
  if (effort.spend(cases.size()) && all.at(other.call) == cases) return false;
  return !is_harmless(levels, one, other, effort);
}

}  // namespace

std::vector<std::string_view> entangled(const Profile& profile, Effort& effort) {
  const auto conditional = [&](const Rule& rule) { return is_conditional(profile, rule); };
  if (std::count_if(profile.rules.begin(), profile.rules.end(), conditional) < 2) return {};
  const std::optional<Cases> all = cases_of(profile, effort);
  if (!all) return unknown(profile);
  std::vector<Level> levels;
  for (const auto& [call, cases] : *all) {
    if (!add_levels(levels, call, cases, effort)) return unknown(profile);
  }
  std::array<std::vector<const Level*>, kArguments> forked;  // those of an argument with two steps
  for (const Level& level : levels) {
    if (level.steps.size() > 1) forked.at(level.index).push_back(&level);
  }
  std::vector<std::string_view> out;
  for (const Level& one : levels) {
    if (one.steps.size() < 2 || !is_deep(one) || (!out.empty() && out.back() == one.call)) continue;
    const auto meets = [&](const Level* other) {
      return other != &one && tangles(*all, levels, one, *other, effort);
    };
    const std::vector<const Level*>& others = forked.at(one.index);
    if (std::any_of(others.begin(), others.end(), meets)) out.push_back(one.call);
  }
  return out;
}

}  // namespace hardened::seccomp
