#include "runtime/store.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "controls/all.h"
#include "core/base/sha256.h"
#include "core/doc/json.h"
#include "runtime/amend.h"
#include "runtime/apparmor_load.h"
#include "runtime/filters.h"
#include "runtime/kept.h"
#include "runtime/own_hooks.h"

namespace hardened::runtime {
namespace {

using controls::Verdict;

constexpr std::uint32_t kBundleFile = 0644;
constexpr std::string_view kProcess = "/process";
constexpr std::string_view kCreate = "create";

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

// From now on an update's grant is what the container may hold.
Done amend_grant(const Service& service, const std::string& granted) {
  const doc::Document resources = TRY(doc::read_json("resources", granted));
  return amend(service.host, service.root, service.call.id, resources.root).within("the grant record");
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

}  // namespace

Result<std::optional<Document>> store(const Service& service, const Judged& judged) {
  if (!judged.document) return std::optional<Document>{};
  const config::Policy& policy = judged.effective.policy;
  const CallDocument& document = *judged.document;
  const Plan& plan = judged.plan;
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
  if (document.scope == controls::Scope::resources) TRY(amend_grant(service, granted));
  // Flags stay flags and a file stays where it is, as long as nothing of them is narrowed; standard input
  // was emptied by our reading it.
  if (!changed && document.came != CallDocument::Came::standard_input) return std::optional<Document>{};
  const bool process = document.scope == controls::Scope::process;
  return std::optional<Document>{{process ? "process" : "resources", std::move(granted)}};
}

}  // namespace hardened::runtime
