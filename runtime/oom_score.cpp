#include "runtime/oom_score.h"

#include <string>

#include "controls/scheduling.h"

namespace hardened::runtime {

using controls::OnExcess;
using controls::Scheduling;
using controls::Scope;

Done take_oom_score(Host& host, const Judged& judged) {
  const auto& rule = judged.effective.policy.rule<Scheduling>();
  const bool begins = judged.document && judged.document->scope != Scope::resources;
  if (!begins || rule.on_excess == OnExcess::observe) return done();
  const AtLeast own = TRY(Scheduling::own_score(host));
  const AtLeast granted = grant_of<Scheduling>(judged.plan.grants).oom_score_adj;
  // An exec that says none has the bottom for its grant: what it may have at the least is the ceiling.
  const AtLeast least = granted == AtLeast() ? AtLeast::of(rule.ceiling.oom_score_adj) : granted;
  if (leq(own, least)) return done();
  return host.write_whole(std::string(Scheduling::kOwnScore), std::to_string(least.value()));
}

}  // namespace hardened::runtime
