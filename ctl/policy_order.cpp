#include "ctl/policy_order.h"

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
  if (other.on_excess == OnExcess::observe)
    return base.on_excess == OnExcess::observe ? Order::differs : Order::observes;
  const bool below = config::within(other.ceiling, base.ceiling);
  const bool above = config::within(base.ceiling, other.ceiling);
  if (below) return above ? Order::differs : Order::stricter;
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
    if (ours != nullptr && theirs != nullptr && *ours == *theirs) return;
    out.push_back({Which::name, order_of(base.policy.rule<Which>(), other.policy.rule<Which>())});
  }
};

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
  return out;
}

}  // namespace hardened::ctl
