#include "controls/hook_powers.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace hardened::controls {
namespace {

// Zero is at once to runc and never to crun, and less than that is nothing that they agree on either.
AtMost seconds_of(const Hook& hook) {
  const bool bounded =
      hook.timeout && *hook.timeout > 0 && *hook.timeout <= std::numeric_limits<std::int32_t>::max();
  return bounded ? AtMost::of(static_cast<std::uint64_t>(*hook.timeout)) : AtMost::unlimited();
}

}  // namespace

std::string_view variable_name(std::string_view variable) { return variable.substr(0, variable.find('=')); }

HookEnvironment::HookEnvironment(std::set<std::string> variables) : variables_(std::move(variables)) {
  variables_.erase(std::string(kHookPath));
}

HookEnvironment HookEnvironment::inherited() {
  HookEnvironment all;
  all.inherits_ = true;
  return all;
}

HookEnvironment HookEnvironment::of(const Hook& hook) {
  if (!hook.environment || hook.environment->empty()) return inherited();
  return HookEnvironment({hook.environment->begin(), hook.environment->end()});
}

std::vector<std::string> HookEnvironment::written() const {
  const bool has_path = std::any_of(variables_.begin(), variables_.end(), [](const std::string& variable) {
    return variable_name(variable) == "PATH";
  });
  std::vector<std::string> list;
  if (!has_path) list.emplace_back(kHookPath);
  list.insert(list.end(), variables_.begin(), variables_.end());
  return list;
}

bool leq(const HookEnvironment& a, const HookEnvironment& b) {
  if (a.inherits_ || b.inherits_) return b.inherits_;
  return std::includes(b.variables_.begin(), b.variables_.end(), a.variables_.begin(), a.variables_.end());
}

HookEnvironment meet(const HookEnvironment& a, const HookEnvironment& b) {
  if (a.inherits_) return b;
  if (b.inherits_) return a;
  HookEnvironment both;
  std::set_intersection(a.variables_.begin(), a.variables_.end(), b.variables_.begin(), b.variables_.end(),
                        std::inserter(both.variables_, both.variables_.end()));
  return both;
}

HookEnvironment join(const HookEnvironment& a, const HookEnvironment& b) {
  if (a.inherits_) return a;
  if (b.inherits_) return b;
  HookEnvironment either = a;
  either.variables_.insert(b.variables_.begin(), b.variables_.end());
  return either;
}

HookPowers HookPowers::of(const Hook& hook) { return {HookEnvironment::of(hook), seconds_of(hook)}; }

bool leq(const HookPowers& a, const HookPowers& b) {
  return leq(a.environment, b.environment) && leq(a.seconds, b.seconds);
}

HookPowers meet(const HookPowers& a, const HookPowers& b) {
  return {meet(a.environment, b.environment), meet(a.seconds, b.seconds)};
}

HookPowers join(const HookPowers& a, const HookPowers& b) {
  return {join(a.environment, b.environment), leq(a.seconds, b.seconds) ? b.seconds : a.seconds};
}

}  // namespace hardened::controls
