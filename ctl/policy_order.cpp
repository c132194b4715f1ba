#include "ctl/policy_order.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "config/load.h"
#include "config/most.h"

namespace hardened::ctl {
namespace {

using namespace controls;
using config::Policy;
using config::RuleOf;

template <class C>
Order order_of(const RuleOf<C>& base, const RuleOf<C>& other) {
  // Nobody is held by the one, so that the other cannot hold less.
  if (base.on_excess == OnExcess::observe) return Order::stricter;
  if (other.on_excess == OnExcess::observe) return Order::observes;
  const bool below = config::within(other.ceiling, base.ceiling);
  const bool above = config::within(base.ceiling, other.ceiling);
  const bool narrows = other.on_excess == OnExcess::narrow && base.on_excess == OnExcess::refuse;
  if (below) return above && narrows ? Order::differs : Order::stricter;
  return above ? Order::looser : Order::unordered;
}

const doc::Value* rule_in(const doc::Value& merged, std::string_view control) {
  const doc::Value* rules = merged.find("controls");
  return rules == nullptr ? nullptr : rules->find(control);
}

template <class Controls>
struct Each;
template <class... C>
struct Each<std::tuple<C...>> {
  static void add(const ReadPolicy& base, const ReadPolicy& other, std::vector<RuleOrder>& out) {
    (one<C>(base, other, out), ...);
  }

 private:
  template <class Which>
  static void one(const ReadPolicy& base, const ReadPolicy& other, std::vector<RuleOrder>& out) {
    const doc::Value* ours = rule_in(base.merged, Which::name);
    const doc::Value* theirs = rule_in(other.merged, Which::name);
    const Order order = order_of(base.policy.rule<Which>(), other.policy.rule<Which>());
    // The same words are the same rule, but where it holds for the engines of the policy too.
    if (ours != nullptr && theirs != nullptr && *ours == *theirs && order == Order::stricter) return;
    out.push_back({Which::name, order});
  }
};

bool all_in(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  return std::all_of(one.begin(), one.end(), [&](const std::string& entry) {
    return std::find(other.begin(), other.end(), entry) != other.end();
  });
}

// Each waiver is a line; one that the other policy has as well raises nothing beyond it.
bool waives_more(const Policy& base, const Policy& other) {
  const auto lines = [](const Policy& policy) {
    std::set<std::string_view> out;
    for (std::string_view rest = policy.waivers.lines(); !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      out.insert(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
  };
  const auto ours = lines(base);
  const auto theirs = lines(other);
  return !std::includes(ours.begin(), ours.end(), theirs.begin(), theirs.end());
}

// What is no control's: the first value of each of these enumerations is the strictest.
void add_settings(const Policy& base, const Policy& other, std::vector<RuleOrder>& out) {
  const auto looser = [&](bool yes, std::string_view name) {
    if (yes) out.push_back({name, Order::looser});
  };
  looser(waives_more(base, other), "waivers");
  looser(!all_in(other.allowed_calls, base.allowed_calls), "allowed_calls");
  looser(other.fields.unknown > base.fields.unknown, "unknown_fields");
  looser(!all_in(other.fields.accepted, base.fields.accepted), "accepted_fields");
  looser(other.rootless > base.rootless, "rootless");
  looser(other.unmanaged > base.unmanaged, "unmanaged");
  looser(base.privileged == OnExcess::refuse && other.privileged != OnExcess::refuse, "privileged");
  looser(other.decision_log.on_failure > base.decision_log.on_failure ||
             other.decision_log.unchanged > base.decision_log.unchanged ||
             (other.decision_log.path.empty() && !base.decision_log.path.empty()),
         "decision_log");
}

}  // namespace

Result<ReadPolicy> read_whole(Host& host, const std::string& path) {
  const File file = TRY(host.read(path, config::kLargestPolicy, Links::follow));
  Policy policy = TRY(config::parse_policy(path, file.bytes));
  const config::Source source = TRY(config::read_source(path, file.bytes));
  return ReadPolicy{.policy = std::move(policy), .merged = config::merged(source)};
}

std::vector<RuleOrder> orders(const ReadPolicy& base, const ReadPolicy& other) {
  std::vector<RuleOrder> out;
  Each<AllControls>::add(base, other, out);
  add_settings(base.policy, other.policy, out);
  return out;
}

}  // namespace hardened::ctl
