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
};

constexpr std::uint64_t kLow = 0xffffffff;
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
      if (at == levels.end()) at = levels.insert(at, Level{call, before, index, {}});
      at->steps.push_back(step_of(conditions[i]));
      if (i + 1 == conditions.size()) at->steps.back().answer = answer;
    }
  }
  return true;
}

bool has(const std::vector<Step>& steps, const Step& step, Effort& effort) {
  if (!effort.spend(1 + steps.size() / kStepsOfABox)) return true;
  return std::find(steps.begin(), steps.end(), step) != steps.end();
}

// Are all that come behind this one for what they look at (db.h, db_chain_lt) in the others, too?
bool ends_in(const std::vector<Step>& steps, const std::vector<Step>& others, const Step& from,
             Effort& effort) {
  if (!effort.spend(1 + steps.size() / kStepsOfABox)) return true;
  return std::all_of(steps.begin(), steps.end(), [&](const Step& step) {
    const bool later = step.mask != from.mask && (step.mask & from.mask) == step.mask;
    return !later || has(others, step, effort);
  });
}

bool end_alike(const Level& a, const Level& b, Effort& effort) {
  return std::any_of(a.steps.begin(), a.steps.end(), [&](const Step& step) {
    return step.answer && has(b.steps, step, effort) && ends_in(a.steps, b.steps, step, effort) &&
           ends_in(b.steps, a.steps, step, effort);
  });
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

bool tangles(const Cases& all, const Level& one, const Level& other, Effort& effort) {
  if (!end_alike(one, other, effort)) return false;
  if (other.call == one.call) return true;
  const std::vector<Case>& cases = all.at(one.call);
  return !effort.spend(cases.size()) || all.at(other.call) != cases;
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
      return other != &one && tangles(*all, one, *other, effort);
    };
    const std::vector<const Level*>& others = forked.at(one.index);
    if (std::any_of(others.begin(), others.end(), meets)) out.push_back(one.call);
  }
  return out;
}

}  // namespace hardened::seccomp
