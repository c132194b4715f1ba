#include "runtime/plan.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "runtime/mark.h"
#include "runtime/privileged.h"

namespace hardened::runtime {
namespace {

using controls::AllControls;
using controls::OnExcess;
using controls::Verdict;

// The grants of the controls that C needs: all decided by now, since C stands behind them in the list.
template <class C>
controls::Earlier<C> earlier_of(const Grants& grants) {
  return [&]<class... Needed>(std::tuple<Needed...>*) {
    static_assert(((index_of<Needed>() < index_of<C>()) && ...), "a control needs one that decides later");
    return controls::Earlier<C>(grant_of<Needed>(grants)...);
  }(static_cast<typename C::Needs*>(nullptr));
}

bool only_defaults(const std::vector<controls::Change>& changes) {
  return std::all_of(changes.begin(), changes.end(),
                     [](const controls::Change& change) { return change.by_default; });
}

// What becomes of an excess. `refused` from a control means that it cannot be narrowed at all; only
// observe lets that pass, as it lets everything pass. What an engine's own default asks for is never
// a reason to refuse: a rule that refuses would else refuse every plain container.
Verdict decide(Verdict outcome, OnExcess mode, const std::vector<controls::Change>& changes) {
  if (outcome == Verdict::unchanged || mode == OnExcess::observe) return Verdict::unchanged;
  if (outcome == Verdict::refused) return Verdict::refused;
  if (mode == OnExcess::refuse && !only_defaults(changes)) return Verdict::refused;
  return Verdict::narrowed;
}

struct Work {
  const controls::Spec& spec;
  const config::Policy& policy;
  const Facts& facts;
  controls::SpecEdits edits;
  Plan plan;
};

template <class C>
Done decide_one(Work& work) {
  if (!controls::takes_part<C>(work.spec.scope())) return done();
  const config::RuleOf<C>& rule = work.policy.rule<C>();
  const auto& facts = std::get<index_of<C>()>(work.facts);
  auto request = TRY(C::read(work.spec, facts));
  auto outcome = C::narrow(request, rule.ceiling, facts, earlier_of<C>(work.plan.grants));
  const Verdict verdict = decide(outcome.verdict, rule.on_excess, outcome.changes);
  auto& granted = std::get<index_of<C>()>(work.plan.grants);
  granted = verdict == Verdict::narrowed ? std::move(outcome.granted) : std::move(request);
  if (verdict != Verdict::refused && rule.on_excess != OnExcess::observe) {
    C::write(work.spec, facts, granted, work.edits);
  }
  if (outcome.verdict == Verdict::unchanged && outcome.notes.empty()) return done();
  work.plan.decisions.push_back(Decision{C::name, verdict, rule.on_excess, rule.origin,
                                         std::move(outcome.changes), std::move(outcome.notes), rule.waiver});
  return done();
}

template <class... C>
Done decide_all(Work& work, std::tuple<C...>* /*the list*/) {
  std::optional<Error> failed;
  const auto next = [&](Done result) {
    if (result) return true;
    failed = std::move(result).error();
    return false;
  };
  static_cast<void>((next(decide_one<C>(work)) && ...));
  if (failed) return *std::move(failed);
  return done();
}

Done decide_fields(Work& work) {
  auto findings = TRY(controls::check_fields(work.spec, work.policy.fields, work.policy.path));
  Decision decision{"fields", Verdict::unchanged, OnExcess::observe, work.policy.fields.origin, {}, {}};
  for (std::string& message : findings.refused) {
    decision.verdict = Verdict::refused;
    decision.mode = OnExcess::refuse;
    decision.changes.push_back({"", std::move(message), "", "", false});
  }
  work.plan.waiting = std::move(findings.waiting);
  for (const std::string& pointer : findings.unknown)
    decision.notes.push_back("unknown field, let pass: " + pointer);
  if (decision.verdict == Verdict::refused || !decision.notes.empty()) {
    work.plan.decisions.push_back(std::move(decision));
  }
  return done();
}

void decide_privileged(Work& work) {
  work.plan.privileged = asks_privileged(work.spec);
  if (!work.plan.privileged || work.policy.privileged != OnExcess::refuse) return;
  work.plan.decisions.push_back(
      {"privileged",
       Verdict::refused,
       OnExcess::refuse,
       work.policy.privileged_origin,
       {{"", "--privileged", "",
         "this host refuses privileged containers; ask for single capabilities or devices instead", false}},
       {}});
}

}  // namespace

Result<Facts> gather_facts(Host& host, const controls::Spec& spec, const config::Policy& policy) {
  Facts facts;
  std::optional<Error> failed;
  const auto gather = [&]<class C>(C* /*which*/) {
    if (!controls::takes_part<C>(spec.scope())) return true;
    auto result = C::gather(host, spec, policy.rule<C>().ceiling);
    if (!result) {
      failed = std::move(result).error();
      return false;
    }
    std::get<index_of<C>()>(facts) = std::move(result).value();
    return true;
  };
  [&]<class... C>(std::tuple<C...>*) {
    static_cast<void>((gather(static_cast<C*>(nullptr)) && ...));
  }(static_cast<AllControls*>(nullptr));
  if (failed) return *std::move(failed);
  return facts;
}

Result<Plan> make_plan(const controls::Spec& spec, const config::Policy& policy, const Facts& facts) {
  Work work{spec, policy, facts, controls::SpecEdits(spec.scope()), {}};
  work.plan.policy = policy.path;
  TRY(decide_fields(work));
  decide_privileged(work);
  TRY(decide_all(work, static_cast<AllControls*>(nullptr)));
  if (spec.scope() == controls::Scope::bundle) write_mark(spec, policy.id, work.edits);
  work.plan.verdict = Verdict::unchanged;
  for (const Decision& decision : work.plan.decisions) {
    work.plan.verdict = std::max(work.plan.verdict, decision.verdict);
  }
  work.plan.edits = std::move(work.edits).edits();
  return std::move(work.plan);
}

}  // namespace hardened::runtime
