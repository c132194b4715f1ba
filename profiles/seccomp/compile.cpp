#include "profiles/seccomp/compile.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

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

// libseccomp 2.5.4 may never come back from rules that it gets wrong, and takes minutes for thousands. Those are a
// request's own words, which the runtime then tries for itself; we do not hang on them.
bool comes_back(const Profile& profile) {
  constexpr std::ptrdiff_t kMostConditional = 1024;
  const auto conditional = [](const Rule& rule) { return !rule.conditions.empty(); };
  if (std::count_if(profile.rules.begin(), profile.rules.end(), conditional) > kMostConditional) return false;
  return !has_treacherous_calls(profile);
}

}  // namespace

Result<std::string> compile(const Profile& profile, Architecture own) {
  if (!profile.confined || !FilterBuilder::is_native(own)) {
    return Error{Fault::io, "there is nothing to compile for " + std::string(name(own)) + " here"};
  }
  if (!comes_back(profile)) return Error{Fault::io, "libseccomp may not come back from these rules"};
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
