#include "runtime/judge.h"

#include <algorithm>
#include <utility>

#include "runtime/kept.h"
#include "runtime/meets.h"

namespace hardened::runtime {
namespace {

using controls::Verdict;

// The calls and flags that no document shows: refused unless the policy names them.
void decide_guarded(const Invocation& call, const config::Policy& policy, Plan& plan) {
  std::vector<std::string> asked = call.guarded;
  if (call.what == Class::guarded) asked.push_back(call.call);
  for (const std::string& what : asked) {
    const auto& allowed = policy.allowed_calls;
    if (std::find(allowed.begin(), allowed.end(), what) != allowed.end()) continue;
    plan.verdict = Verdict::refused;
    plan.decisions.push_back(
        {"calls",
         Verdict::refused,
         controls::OnExcess::refuse,
         policy.path,
         {{"", what, "", "nothing bounds what it does; an operator may name it in allowed_calls", false}},
         {}});
  }
}

void decide_unmanaged(const config::Policy& policy, Plan& plan) {
  Decision decision{"unmanaged", Verdict::unchanged, controls::OnExcess::narrow, policy.path, {}, {}};
  decision.notes.emplace_back(
      "the container was created without hardened: its seccomp filter, devices and mounts are not bounded");
  if (policy.unmanaged == config::Unmanaged::refuse) {
    decision.verdict = Verdict::refused;
    decision.mode = controls::OnExcess::refuse;
    decision.changes.push_back({"", "a container that was created without hardened", "",
                                "unmanaged is refuse; create the container anew", false});
    plan.verdict = Verdict::refused;
  }
  plan.decisions.push_back(std::move(decision));
}

}  // namespace

Result<Judged> judge_document(Service& service, const config::Policy& host_policy, CallDocument document,
                              const std::optional<Kept>& kept) {
  Judged judged;
  judged.document = std::move(document);
  const controls::Spec spec = judged.document->spec();
  service.engine = kept ? kept->engine : engine_of(spec);
  judged.effective = TRY(effective_policy(service.host, host_policy, service.root, spec, kept));
  if (judged.effective.identity) service.image = judged.effective.identity->id;
  service.waivers = judged.effective.waivers;
  service.notes = judged.effective.notes;
  const config::Policy& policy = judged.effective.policy;
  judged.facts = TRY(gather_facts(service.host, spec, policy));
  recall_meet(service.host, judged.facts);
  judged.plan = TRY(make_plan(spec, policy, judged.facts));
  return judged;
}

Result<Judged> judge(Service& service, const config::Policy& host_policy) {
  Judged judged;
  judged.plan.verdict = Verdict::unchanged;
  const Invocation& call = service.call;
  if (call.subject != Subject::none) {
    const bool exists = call.subject != Subject::bundle;
    const std::optional<Kept> kept = TRY(exists ? find_kept(service.host, service.root, call.id)
                                                : Result<std::optional<Kept>>(std::nullopt));
    CallDocument document = TRY(load_document(service.host, call, service.root, kept));
    judged = TRY(judge_document(service, host_policy, std::move(document), kept));
    if (exists && !kept) decide_unmanaged(judged.effective.policy, judged.plan);
  } else {
    judged.effective.policy = host_policy;
  }
  decide_guarded(call, judged.effective.policy, judged.plan);
  return judged;
}

}  // namespace hardened::runtime
