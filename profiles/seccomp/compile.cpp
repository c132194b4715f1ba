#include "profiles/seccomp/compile.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <unordered_map>

#include "profiles/seccomp/levels.h"
#include "profiles/seccomp/libseccomp.h"
#include "profiles/seccomp/reading.h"

namespace hardened::seccomp {
namespace {

using Conditions = std::span<const Condition>;

// crun reads no further than that, though a list may be longer (two conditions on one argument).
constexpr std::size_t kMostRead = 6;

bool share_an_argument(Conditions conditions) {
  std::array<bool, kArguments> seen{};
  return std::any_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
    const bool twice = seen.at(condition.index);
    seen.at(condition.index) = true;
    return twice;
  });
}

Done add_call(FilterBuilder& filter, const Answer& answer, int call, Conditions conditions) {
  if (!share_an_argument(conditions)) return filter.add_rule(answer, call, conditions);
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    TRY(filter.add_rule(answer, call, conditions.subspan(i, 1)));
  }
  return done();
}

Done add(FilterBuilder& filter, const Rule& rule, Architecture own) {
  const Conditions all(rule.conditions);
  for (const std::string& name : rule.names) {
    const std::optional<int> call = call_number(name, own);
    if (call) TRY(add_call(filter, rule.answer, *call, all.first(std::min(all.size(), kMostRead))));
  }
  return done();
}

// The rules that libseccomp gets for one call.
struct Load {
  Levels levels;
  std::size_t rules = 0;
};

// Each rule is added to a copy of all that were before (db.c, db_col_transaction_start), and a tree is made of those of a
// call (levels.h). Nothing where a person could wait for it.
bool is_in_time(const Profile& profile, Architecture own) {
  constexpr std::size_t kMostConditional = 1024;
  constexpr std::size_t kMostRules = 2048;
  std::unordered_map<int, Load> calls;
  std::size_t conditional = 0;
  std::size_t all = 0;
  for (const Rule& rule : profile.rules) {
    if (rule.answer == profile.fallback) continue;
    const Conditions read = Conditions(rule.conditions).first(std::min(rule.conditions.size(), kMostRead));
    const std::size_t count = share_an_argument(read) ? read.size() : 1;
    for (const std::string& name : rule.names) {
      const std::optional<int> number = call_number(name, own);
      if (!number) continue;
      all += count;
      conditional += read.empty() ? 0 : count;
      if (all > kMostRules || conditional > kMostConditional) return false;
      if (read.empty()) continue;
      Load& load = calls[*number];
      load.rules += count;
      for (const Condition& condition : read) load.levels.look(condition);
    }
  }
  std::size_t steps = 0;  // of each architecture
  for (const auto& [number, load] : calls) {
    if (load.rules > load.levels.most_of_these()) return false;
    steps += load.rules * std::max(load.levels.forks(), std::size_t{1});
  }
  return steps * (profile.foreign.size() + 1) <= kLongestProgram / kStepBytes;
}

// libseccomp 2.5.4 may never come back from rules that it gets wrong, and takes minutes for others. Those are a
// request's own words, which the runtime then tries for itself; we do not hang on them.
bool comes_back(const Profile& profile, Architecture own) {
  return is_in_time(profile, own) && !has_treacherous_calls(profile);
}

}  // namespace

Result<std::string> compile(const Profile& profile, Architecture own) {
  if (!profile.confined || !FilterBuilder::is_native(own)) {
    return Error{Fault::io, "there is nothing to compile for " + std::string(name(own)) + " here"};
  }
  if (!comes_back(profile, own)) return Error{Fault::io, "libseccomp would take too long for these rules"};
  FilterBuilder filter = TRY(FilterBuilder::make(profile.fallback));
  for (const Architecture architecture : profile.foreign) TRY(filter.add_architecture(architecture));
  for (const Rule& rule : profile.rules) {
    if (rule.answer != profile.fallback) TRY(add(filter, rule, own));
  }
  std::string program = TRY(filter.program());
  if (program.empty() || program.size() > kLongestProgram) {
    return Error{Fault::io, "the filter has more steps than the kernel takes"};
  }
  return program;
}

}  // namespace hardened::seccomp
