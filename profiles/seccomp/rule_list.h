// Rules as they are collected for a result.
//
//   RuleList rules;
//   rules.say("read", allow);  rules.say("write", allow);       one rule for both
//   rules.add({{"personality"}, allow, {…}});
//   rules.unsay("write");
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

class RuleList {
 public:
  [[nodiscard]] const std::vector<Rule>& rules() const { return rules_; }
  [[nodiscard]] std::vector<Rule> taken() && { return std::move(rules_); }

  void add(Rule rule) { rules_.push_back(std::move(rule)); }
  // One rule for all calls of one answer.
  void say(std::string_view call, const Answer& answer);
  // Before all other rules.
  void begin_with(std::string call, const Answer& answer) {
    rules_.insert(rules_.begin(), {{std::move(call)}, answer, {}});
  }
  // Leaves the call with the fallback alone.
  void unsay(std::string_view call);

  struct Strictest {
    std::string call;
    Answer answer;
  };
  // Drops what is said of the arguments of these calls: of each that had it the strictest answer, the fallback among
  // them, in the order of the calls.
  [[nodiscard]] std::vector<Strictest> without_conditions(const std::vector<std::string>& calls,
                                                          const Answer& fallback);

 private:
  std::vector<Rule> rules_;
};

}  // namespace hardened::seccomp
