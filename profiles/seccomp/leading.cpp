#include "profiles/seccomp/leading.h"

#include <algorithm>
#include <optional>
#include <string>

#include "profiles/seccomp/calls.h"
#include "profiles/seccomp/reading.h"

namespace hardened::seccomp {
namespace {

template <class Wanted>
void leave_out(Profile& out, std::vector<BelowMeet>& below, const Wanted& wanted) {
  const auto end = std::stable_partition(out.foreign.begin(), out.foreign.end(),
                                         [&](Architecture one) { return !wanted(one); });
  for (auto at = end; at != out.foreign.end(); ++at)
    below.push_back({std::string(seccomp::name(*at)), Below::lost});
  out.foreign.erase(end, out.foreign.end());
}

// Has it no number for one of the calls, which may come first?
bool lacks_a_call(const Profile& out, Architecture architecture) {
  return std::any_of(out.rules.begin(), out.rules.end(), [&](const Rule& rule) {
    return rule.answer != out.fallback &&
           !std::all_of(rule.names.begin(), rule.names.end(),
                        [&](const std::string& call) { return has_numbers(call, {architecture}); });
  });
}

}  // namespace

void lead_with_a_number(Profile& out, std::vector<BelowMeet>& below) {
  if (const std::optional<Leader> leader = leader_of(out)) {
    const auto rule = out.rules.begin() + static_cast<std::ptrdiff_t>(leader->rule);
    const auto name = rule->names.begin() + static_cast<std::ptrdiff_t>(leader->name);
    std::rotate(rule->names.begin(), name, name + 1);
    std::rotate(out.rules.begin(), rule, rule + 1);
    return;
  }
  if (!loses_rules(out)) return;
  if (loses_denials(out)) {
    leave_out(out, below, [&](Architecture one) { return lacks_a_call(out, one); });
    if (loses_rules(out)) leave_out(out, below, [](Architecture) { return true; });
  }
  for (const Rule& rule : out.rules) {
    for (const std::string& call : rule.names) below.push_back({call, Below::lost});
  }
}

void forget_others_names(Profile& out) {
  const auto is_others = [&](const std::string& call) { return call_number(call, out.own).value_or(0) < 0; };
  for (Rule& rule : out.rules) {
    if (rule.answer.action <= out.fallback.action) continue;
    rule.names.erase(std::remove_if(rule.names.begin(), rule.names.end(), is_others), rule.names.end());
  }
  const auto is_empty = [](const Rule& rule) { return rule.names.empty(); };
  out.rules.erase(std::remove_if(out.rules.begin(), out.rules.end(), is_empty), out.rules.end());
}

}  // namespace hardened::seccomp
