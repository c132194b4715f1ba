#include "config/raised.h"

#include <utility>

namespace hardened::config {
namespace {

template <class... C>
void lay_over(Policy& policy, const Waiver& waiver, std::tuple<C...>* /*the list*/) {
  const auto one = [&]<class One>(One* /*which*/) {
    const WaivedRule<One>& waived = std::get<WaivedRule<One>>(waiver.rules);
    if (!waived.ceiling) return;
    RuleOf<One>& rule = std::get<RuleOf<One>>(policy.rules);
    rule.ceiling = *waived.ceiling;
    rule.origin = waived.origin;
    rule.waiver = waiver.name;
  };
  (one(static_cast<C*>(nullptr)), ...);
}

}  // namespace

Result<Raised> raised(Policy policy, const Identity& identity, std::int64_t now_ns) {
  Raised out{std::move(policy), {}, {}};
  const std::vector<Waiver> known = TRY(out.policy.waivers.of(identity.id));
  for (const Waiver& waiver : known) {
    if (!matches(waiver.match, identity)) continue;
    if (expired(waiver, now_ns)) {
      out.expired.push_back("the waiver " + waiver.name + " expired on " + told(*waiver.expires) +
                            ", and no longer holds");
      continue;
    }
    lay_over(out.policy, waiver, static_cast<controls::AllControls*>(nullptr));
    if (std::get<WaivedRule<controls::Mounts>>(waiver.rules).ceiling) {
      add_data_roots(out.policy.engines, std::get<RuleOf<controls::Mounts>>(out.policy.rules).ceiling);
    }
    out.waivers.push_back(waiver.name);
  }
  return out;
}

}  // namespace hardened::config
