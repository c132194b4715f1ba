#include "runtime/pipeline.h"

#include <algorithm>
#include <exception>
#include <new>
#include <optional>
#include <utility>

#include "config/load.h"
#include "core/base/canonical.h"
#include "core/base/text.h"
#include "runtime/container_state.h"
#include "runtime/engine.h"
#include "runtime/handoff.h"
#include "runtime/invocation.h"
#include "runtime/judge.h"
#include "runtime/log_line.h"
#include "runtime/low_level.h"
#include "runtime/meets.h"
#include "runtime/oom_score.h"
#include "runtime/own_hooks.h"
#include "runtime/record.h"
#include "runtime/refusal.h"
#include "runtime/service.h"
#include "runtime/store.h"
#include "runtime/verify.h"

namespace hardened::runtime {
namespace {

using controls::Verdict;

constexpr int kFailed = 1;
constexpr int kExecFailed = 255;  // as runc: exec's own status is the container's, so it fails with 255

bool rootless(Host& host) {
  const Caller caller = host.caller();
  return caller.uid != 0 || !caller.initial_user_namespace;
}

bool decides(Class what) {
  return what == Class::bundle || what == Class::process || what == Class::resources ||
         what == Class::guarded;
}

// The record, of every container that is made and of every other call that changed or refused something.
Done record(const Service& service, const config::Policy& policy, const Plan& plan) {
  if (plan.verdict == Verdict::unchanged && plan.decisions.empty() && service.call.what != Class::bundle &&
      policy.decision_log.unchanged == config::Unchanged::skip) {
    return done();
  }
  return write_record(service.host, policy.decision_log, record_line(head_of(service, policy), plan));
}

// Says it where the engine looks (the --log file) and where a person does.
int fail(Host& host, const LogTarget& log, const std::string& message, bool is_exec) {
  report(host, log, message);
  return is_exec ? kExecFailed : kFailed;
}

bool users_asked(const Plan& plan) {
  return std::any_of(plan.decisions.begin(), plan.decisions.end(), [](const Decision& decision) {
    return std::any_of(decision.changes.begin(), decision.changes.end(),
                       [](const controls::Change& change) { return !change.by_default; });
  });
}

// Where a user asked for more than there is, the record says for which image. It costs a file of the engine's, so that
// no other create asks.
void name_image(Service& service, const Judged& judged) {
  if (!service.image.empty() || service.call.what != Class::bundle || !users_asked(judged.plan)) return;
  const Told told =
      identify(service.host, judged.effective.policy.engines, service.root, judged.document->spec());
  if (told.identity) service.image = told.identity->id;
}

// Returns an exit status only for a refusal.
Result<int> decide_and_do(Service& service, const config::Policy& host_policy) {
  const Judged judged = TRY(judge(service, host_policy));
  const config::Policy& policy = judged.effective.policy;
  const Plan& plan = judged.plan;
  name_image(service, judged);
  TRY(record(service, policy, plan));
  if (plan.verdict == Verdict::refused) {
    return fail(service.host, service.call.log, refusal_text(plan), service.call.what == Class::process);
  }
  keep_meet(service.host, policy, judged.facts, plan);
  const std::optional<Document> handed = TRY(store(service, judged));
  TRY(take_oom_score(service.host, judged).within("the score of the low-level runtime"));
  return hand_over(service.host, service.low_level, service.call, handed, service.environment);
}

// The way of a call that grants something.
Result<int> mediate(Service& service) {
  const Invocation& call = service.call;
  const config::Policy policy = TRY(config::load_policy(service.host, call.policy));
  service.root = TRY(canonical(service.host, call.root ? *call.root : default_root(service.low_level)));
  if (call.subject == Subject::bundle) service.hook = find_hook_program(service.host);
  Result<int> status = decide_and_do(service, policy);
  if (!status) {
    // Best effort, and also behind a line that says "narrowed": what was decided then did not come to be. The call
    // fails all the same, and the user sees the message.
    const std::string line = fault_line(head_of(service, policy), status.error());
    static_cast<void>(write_record(service.host, policy.decision_log, line).ok());
  }
  return status;
}

// Outside of what we promise: a rootless engine's user could call runc without us. Whether that is let
// pass is the policy's word all the same; its file is not root's as seen from a user namespace, so it is
// read without the checks that would mean something only to root.
Result<int> serve_rootless(Service& service) {
  File file =
      TRY(service.host.read(service.call.policy, config::kLargestPolicy, Links::refuse).within("the policy"));
  const config::Policy policy = TRY(config::parse_policy(service.call.policy, std::move(file.bytes)));
  if (policy.rootless == config::Rootless::pass) {
    return hand_over(service.host, service.low_level, service.call, {}, service.environment);
  }
  return Error{Fault::policy, "refused: a rootless engine; rootless is refuse in " + policy.path};
}

// No policy is read: only what the kernel holds can stop a start. Let pass is what was created without hardened, of which
// nothing was promised, and what is gone: the runtime then has nothing to start.
Result<int> verify_and_start(Service& service) {
  const Invocation& call = service.call;
  service.root = TRY(canonical(service.host, call.root ? *call.root : default_root(service.low_level)));
  const Verification seen = verify(service.host, service.root, call.id, OnUnreadable::leave);
  if (seen.outcome != Verification::Outcome::above && seen.outcome != Verification::Outcome::unreadable) {
    TRY(watch(service.host, seen, call.call).within("watching how it begins"));
    return hand_over(service.host, service.low_level, call, {}, service.environment);
  }
  record(service.host, seen, call.call);
  return fail(service.host, call.log, told(seen), false);
}

Result<int> serve(Host& host, const Invocation& call, const std::vector<std::string>& environment) {
  Service service{host, call, environment, {}, {}};
  const bool grants = call.what != Class::none;
  service.low_level =
      TRY(low_level_runtime(host, call.policy, grants ? OnBrokenLink::refuse : OnBrokenLink::fall_back));
  // Of a rootless container nothing was promised (serve_rootless), and no record is kept.
  if (call.what == Class::start && !rootless(host)) return verify_and_start(service);
  if (!decides(call.what)) return hand_over(host, service.low_level, call, {}, environment);
  if (rootless(host)) return serve_rootless(service);
  return mediate(service);
}

// What the standard library throws, memory that cannot be had first of all, is a reason like any other not to start: by
// now all that took it has been given back.
Result<int> serve_whatever_comes(Host& host, const Invocation& call,
                                 const std::vector<std::string>& environment) {
  try {
    return serve(host, call, environment);
  } catch (const std::bad_alloc&) {
    return Error{Fault::io,
                 "refused: not enough memory to decide about this call; ask for less in config.json"};
  } catch (const std::exception& thrown) {
    return Error{Fault::io, "refused: this call could not be decided: " + printable(thrown.what(), 128)};
  }
}

}  // namespace

int run(Host& host, const std::vector<std::string>& argv, const std::vector<std::string>& environment) {
  const Result<Invocation> call = parse_invocation(argv);
  if (!call) {
    // What cannot be read has no subcommand. A call that only names something "exec" then fails with 255 too.
    const bool is_exec = std::find(argv.begin(), argv.end(), "exec") != argv.end();
    return fail(host, find_log_target(argv), call.error().what, is_exec);
  }
  const Result<int> status = serve_whatever_comes(host, *call, environment);
  if (status) return *status;
  return fail(host, call->log, status.error().what, call->what == Class::process);
}

}  // namespace hardened::runtime
