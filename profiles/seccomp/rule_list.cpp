#include "profiles/seccomp/rule_list.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "profiles/seccomp/decision.h"

namespace hardened::seccomp {

void RuleList::say(std::string_view call, const Answer& answer) {
  const auto at = std::find_if(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    return rule.conditions.empty() && rule.answer == answer;
  });
  if (at != rules_.end()) {
    at->names.emplace_back(call);
  } else {
    rules_.push_back({{std::string(call)}, answer, {}});
  }
}

void RuleList::unsay(std::string_view call) {
  for (Rule& rule : rules_)
    rule.names.erase(std::remove(rule.names.begin(), rule.names.end(), call), rule.names.end());
  rules_.erase(
      std::remove_if(rules_.begin(), rules_.end(), [](const Rule& rule) { return rule.names.empty(); }),
      rules_.end());
}

std::vector<RuleList::Strictest> RuleList::without_conditions(const std::vector<std::string>& calls,
                                                              const Answer& fallback) {
  std::unordered_map<std::string_view, std::optional<Answer>> least;
  for (const std::string& call : calls) least[call];
  const auto dropped = [&](const Rule& rule) {
    return !rule.conditions.empty() && least.find(rule.names.front()) != least.end();
  };
  for (const Rule& rule : rules_) {
    if (!dropped(rule)) continue;
    std::optional<Answer>& answer = least[rule.names.front()];
    answer = stricter(answer.value_or(fallback), rule.answer);
  }
  rules_.erase(std::remove_if(rules_.begin(), rules_.end(), dropped), rules_.end());
  std::vector<Strictest> out;
  for (const std::string& call : calls) {
    const std::optional<Answer> answer = std::exchange(least[call], std::nullopt);
    if (answer) out.push_back({call, *answer});
  }
  return out;
}

}  // namespace hardened::seccomp
