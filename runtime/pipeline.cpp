#include "runtime/pipeline.h"

#include <algorithm>
#include <exception>
#include <new>
#include <optional>
#include <utility>

#include "config/load.h"
#include "controls/all.h"
#include "core/base/canonical.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/doc/json.h"
#include "runtime/apparmor_load.h"
#include "runtime/container_state.h"
#include "runtime/filters.h"
#include "runtime/handoff.h"
#include "runtime/invocation.h"
#include "runtime/kept.h"
#include "runtime/log_line.h"
#include "runtime/low_level.h"
#include "runtime/meets.h"
#include "runtime/own_hooks.h"
#include "runtime/plan.h"
#include "runtime/record.h"
#include "runtime/refusal.h"
#include "runtime/subject.h"
#include "runtime/verify.h"
#include "runtime/waive.h"

namespace hardened::runtime {
namespace {

using controls::Verdict;

constexpr int kFailed = 1;
constexpr int kExecFailed = 255;  // as runc: exec's own status is the container's, so it fails with 255
constexpr std::uint32_t kBundleFile = 0644;
constexpr std::string_view kProcess = "/process";
constexpr std::string_view kCreate = "create";

// What a call is served with.
struct Service {
  Host& host;
  const Invocation& call;
  const std::vector<std::string>& environment;
  std::string low_level;
  std::string root;                    // canonical; of calls that grant something
  std::string engine{};                // where the root does not tell
  Result<std::string> hook = Error{};  // the program of our hooks; of calls that carry a bundle
  std::vector<std::string> waivers{};  // that hold for the container
  std::vector<std::string> notes{};    // why one that might does not
};

bool rootless(Host& host) {
  const Caller caller = host.caller();
  return caller.uid != 0 || !caller.initial_user_namespace;
}

bool decides(Class what) {
  return what == Class::bundle || what == Class::process || what == Class::resources ||
         what == Class::guarded;
}

// The controls whose rule only observes.
std::vector<std::string> observing(const config::Policy& policy) {
  std::vector<std::string> names;
  [&]<class... C>(std::tuple<C...>*) {
    const auto add = [&](std::string_view name, controls::OnExcess mode) {
      if (mode == controls::OnExcess::observe) names.emplace_back(name);
    };
    (add(C::name, policy.rule<C>().on_excess), ...);
  }(static_cast<controls::AllControls*>(nullptr));
  return names;
}

// Then nothing of the request is changed, and nothing held against it.
bool only_observes(const config::Policy& policy) {
  return observing(policy).size() == std::tuple_size_v<controls::AllControls>;
}

RecordHead head_of(const Service& service, const config::Policy& policy) {
  RecordHead head;
  head.time_ns = service.host.now_ns();
  head.id = service.call.id;
  head.engine = service.engine;
  head.root = service.root;
  head.call = service.call.call;
  head.policy = policy.path;
  head.policy_id = policy.id;
  head.waivers = service.waivers;
  head.notes = service.notes;
  if (service.call.what == Class::bundle && !service.hook && !only_observes(policy)) {
    head.notes.push_back("verified at its start alone, without hooks: " + service.hook.error().what);
  }
  return head;
}

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

// The record, of every container that is made and of every other call that changed or refused something.
Done record(const Service& service, const config::Policy& policy, const Plan& plan) {
  if (plan.verdict == Verdict::unchanged && plan.decisions.empty() && service.call.what != Class::bundle &&
      policy.decision_log.unchanged == config::Unchanged::skip) {
    return done();
  }
  return write_record(service.host, policy.decision_log, record_line(head_of(service, policy), plan));
}

// /process as it is granted. Read anew only where something of it was edited.
Result<doc::Value> granted_process(const CallDocument& document, const Plan& plan,
                                   const std::string& granted) {
  const auto& changes = plan.edits.changes();
  const bool edited = std::any_of(changes.begin(), changes.end(), [](const doc::Edits::Change& change) {
    return change.pointer.compare(0, kProcess.size(), kProcess) == 0;
  });
  const auto process_of = [](const doc::Document& config) {
    const doc::Value* process = config.root.find("process");
    return process == nullptr ? doc::Value() : *process;
  };
  if (!edited) return process_of(document.content);
  const doc::Document result = TRY(doc::read_json("config.json", granted));
  return process_of(result);
}

// What was decided about a call that grants something, by which policy, and about which document.
struct Judged {
  Effective effective;
  std::optional<CallDocument> document;  // a guarded call has none
  Facts facts;
  Plan plan;
};

Done keep_grant(const Service& service, const Judged& judged, const LoadedProfiles& profiles,
                const std::string& granted) {
  const Effective& effective = judged.effective;
  const config::Policy& policy = effective.policy;
  const CallDocument& document = *judged.document;
  Kept kept;
  kept.boot_id = TRY(boot_id(service.host));
  kept.root = service.root;
  kept.id = service.call.id;
  kept.bundle = document.bundle;
  kept.policy = policy.path;
  kept.policy_id = policy.id;
  kept.engine = service.engine;
  kept.identity = effective.identity;
  kept.waivers = effective.waivers;
  kept.process = TRY(granted_process(document, judged.plan, granted));
  kept.promise =
      Promise{document.path,
              sha256(granted),
              policy.decision_log.path,
              service.host.limits(),
              observing(policy),
              profiles.entries,
              controls::Mounts::judged_sources(std::get<index_of<controls::Mounts>()>(judged.facts))};
  TRY(keep(service.host, kept));
  collect_kept(service.host, service.root);
  return done();
}

// A line of its own: when the call's was written, nothing was loaded yet.
Done record_notes(const Service& service, const config::Policy& policy,
                  const std::vector<std::string>& notes) {
  if (notes.empty()) return done();
  RecordHead head = head_of(service, policy);
  head.notes = notes;
  Plan plan;
  plan.verdict = Verdict::unchanged;
  return write_record(service.host, policy.decision_log, record_line(head, plan));
}

// Puts the granted document where the runtime will read it: in the bundle, or in what is handed over.
Result<std::optional<Document>> store(const Service& service, const Judged& judged) {
  const config::Policy& policy = judged.effective.policy;
  const CallDocument& document = *judged.document;
  const Plan& plan = judged.plan;
  // First: nothing may be written that starts a container whose profile the kernel does not hold.
  const LoadedProfiles profiles = TRY(load_profiles(service.host, policy, document, plan));
  TRY(record_notes(service, policy, profiles.notes));
  doc::Edits edits = with_filter(service.host, service.low_level, policy, document, plan);
  if (profiles.observing) {
    edits.set(std::string(controls::AppArmor::owned[0]), doc::Value::string(*profiles.observing));
  }
  const bool hooks = document.scope == controls::Scope::bundle && service.hook && !only_observes(policy);
  if (hooks) {
    const bool looks = service.call.call != kCreate;
    add_hooks(document.spec(), {*service.hook, service.root, looks}, edits);
  }
  std::string granted = TRY(doc::apply(document.content, edits));
  const bool changed = !edits.empty();
  if (document.came == CallDocument::Came::bundle) {
    TRY(keep_grant(service, judged, profiles, granted).within("the grant record"));
    if (changed) TRY(service.host.replace(document.path, granted, kBundleFile).within("the bundle"));
    return std::optional<Document>{};
  }
  // Flags stay flags and a file stays where it is, as long as nothing of them is narrowed; standard input
  // was emptied by our reading it.
  if (!changed && document.came != CallDocument::Came::standard_input) return std::optional<Document>{};
  const bool process = document.scope == controls::Scope::process;
  return std::optional<Document>{{process ? "process" : "resources", std::move(granted)}};
}

Result<Judged> judge(Service& service, const config::Policy& host_policy) {
  Judged judged;
  judged.plan.verdict = Verdict::unchanged;
  const Invocation& call = service.call;
  if (call.subject != Subject::none) {
    const bool exists = call.subject != Subject::bundle;
    const std::optional<Kept> kept = TRY(exists ? find_kept(service.host, service.root, call.id)
                                                : Result<std::optional<Kept>>(std::nullopt));
    judged.document = TRY(load_document(service.host, call, service.root, kept));
    const controls::Spec spec = judged.document->spec();
    service.engine = kept ? kept->engine : engine_of(spec);
    judged.effective = TRY(effective_policy(service.host, host_policy, service.root, spec, kept));
    service.waivers = judged.effective.waivers;
    service.notes = judged.effective.notes;
    const config::Policy& policy = judged.effective.policy;
    judged.facts = TRY(gather_facts(service.host, spec, policy));
    recall_meet(service.host, judged.facts);
    judged.plan = TRY(make_plan(spec, policy, judged.facts));
    if (exists && !kept) decide_unmanaged(policy, judged.plan);
  } else {
    judged.effective.policy = host_policy;
  }
  decide_guarded(call, judged.effective.policy, judged.plan);
  return judged;
}

// Says it where the engine looks (the --log file) and where a person does.
int fail(Host& host, const LogTarget& log, const std::string& message, bool is_exec) {
  report(host, log, message);
  return is_exec ? kExecFailed : kFailed;
}

// Returns an exit status only for a refusal.
Result<int> decide_and_do(Service& service, const config::Policy& host_policy) {
  const Judged judged = TRY(judge(service, host_policy));
  const config::Policy& policy = judged.effective.policy;
  const Plan& plan = judged.plan;
  TRY(record(service, policy, plan));
  if (plan.verdict == Verdict::refused) {
    return fail(service.host, service.call.log, refusal_text(plan), service.call.what == Class::process);
  }
  std::optional<Document> handed;
  keep_meet(service.host, policy, judged.facts, plan);
  if (judged.document) handed = TRY(store(service, judged));
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
