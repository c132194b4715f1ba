#include "hooks/precreate.h"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <utility>

#include "config/load.h"
#include "core/base/canonical.h"
#include "core/base/text.h"
#include "core/doc/json.h"
#include "runtime/apparmor_load.h"
#include "runtime/container_state.h"
#include "runtime/judge.h"
#include "runtime/log_line.h"
#include "runtime/low_level.h"
#include "runtime/meets.h"
#include "runtime/refusal.h"

namespace hardened::hooks {
namespace {

using controls::Verdict;

constexpr int kFailed = 1;
constexpr int kStandardInput = 0;
constexpr std::string_view kCall = "precreate";
constexpr std::string_view kPolicy = "/etc/hardened/policy.yaml";

Result<std::string> policy_of(const std::vector<std::string>& words) {
  constexpr std::string_view kOption = "--policy";
  if (words.empty()) return std::string(kPolicy);
  std::string path;
  if (words.size() == 2 && words[0] == kOption) path = words[1];
  if (words.size() == 1 && words[0].starts_with("--policy=")) path = words[0].substr(kOption.size() + 1);
  if (!path.starts_with('/'))
    return Error{Fault::usage, "precreate takes no words but --policy FILE, an absolute path"};
  return path;
}

// Where podman's runtime keeps its containers. Where it cannot be told, no namespace of another is known.
std::string root_of_runtime(Host& host, const std::string& policy) {
  const auto runtime = runtime::low_level_runtime(host, policy, runtime::OnBrokenLink::fall_back);
  if (!runtime) return "";
  return canonical(host, runtime::default_root(*runtime)).value_or("");
}

Result<runtime::CallDocument> read_document(std::string text, std::string root) {
  runtime::CallDocument document;
  document.came = runtime::CallDocument::Came::standard_input;
  document.scope = controls::Scope::bundle;
  document.content = TRY(doc::read_json("config.json", std::move(text)));
  const controls::Spec spec = document.spec();
  if (const auto path = spec.find("/root/path")) {
    const std::string_view place = TRY(path->text());
    if (!place.starts_with('/'))
      return path->error("it is relative to a directory that podman does not tell");
  }
  if (const auto cgroup = spec.find("/linux/cgroupsPath"))
    document.container.id = id_of_cgroup(TRY(cgroup->text()));
  document.container.root = std::move(root);
  return document;
}

// The profiles first: nothing may be written that starts a container whose profile the kernel does not hold.
Result<std::string> granted(Host& host, const runtime::Judged& judged) {
  const config::Policy& policy = judged.effective.policy;
  const auto profiles = TRY(runtime::load_profiles(host, policy, *judged.document, judged.plan));
  doc::Edits edits = judged.plan.edits;
  if (profiles.observing)
    edits.set(std::string(controls::AppArmor::owned[0]), doc::Value::string(*profiles.observing));
  return doc::apply(judged.document->content, edits);
}

// Nothing where it was refused, and that was said.
Result<std::optional<std::string>> decide(runtime::Service& service, const config::Policy& host_policy,
                                          Result<runtime::CallDocument> read) {
  Host& host = service.host;
  runtime::CallDocument document = TRY(std::move(read));
  const runtime::Judged judged =
      TRY(runtime::judge_document(service, host_policy, std::move(document), std::nullopt));
  const config::Policy& policy = judged.effective.policy;
  TRY(runtime::write_record(host, policy.decision_log,
                            runtime::record_line(runtime::head_of(service, policy), judged.plan)));
  if (judged.plan.verdict == Verdict::refused) {
    runtime::report(host, {}, runtime::refusal_text(judged.plan));
    return std::optional<std::string>();
  }
  runtime::keep_meet(host, policy, judged.facts, judged.plan);
  return std::optional(TRY(granted(host, judged)));
}

// Of a user namespace nothing is promised, and the file is not root's as seen from it (runtime/pipeline.cpp).
Result<std::optional<std::string>> serve_rootless(Host& host, const std::string& path, std::string text) {
  File file = TRY(host.read(path, config::kLargestPolicy, Links::refuse).within("the policy"));
  const config::Policy policy = TRY(config::parse_policy(path, std::move(file.bytes)));
  if (policy.rootless == config::Rootless::pass) return std::optional(std::move(text));
  return Error{Fault::policy, "refused: a rootless engine; rootless is refuse in " + policy.path};
}

Result<std::optional<std::string>> serve(Host& host, const std::vector<std::string>& words) {
  const std::string path = TRY(policy_of(words));
  std::string text =
      TRY(host.drain(kStandardInput, kMostBytes).within("the configuration on standard input"));
  const Caller caller = host.caller();
  if (caller.uid != 0 || !caller.initial_user_namespace) return serve_rootless(host, path, std::move(text));
  const config::Policy policy = TRY(config::load_policy(host, path));
  auto document = read_document(std::move(text), root_of_runtime(host, path));
  runtime::Invocation call;
  call.call = kCall;
  call.what = runtime::Class::bundle;
  call.policy = path;
  if (document) call.id = document->container.id;
  const std::vector<std::string> environment;
  runtime::Service service{host, call, environment, {}, document ? document->container.root : ""};
  service.hook = host.own_executable();  // none is missing: there are none at this stage
  auto outcome = decide(service, policy, std::move(document));
  if (!outcome) {
    const std::string line = runtime::fault_line(runtime::head_of(service, policy), outcome.error());
    static_cast<void>(runtime::write_record(host, policy.decision_log, line).ok());
  }
  return outcome;
}

Result<std::optional<std::string>> serve_whatever_comes(Host& host, const std::vector<std::string>& words) {
  try {
    return serve(host, words);
  } catch (const std::exception& thrown) {  // of the standard library: memory that cannot be had
    return Error{Fault::io, "refused: this container could not be decided: " + printable(thrown.what(), 128)};
  }
}

bool is_id(std::string_view text) {
  constexpr std::size_t kDigits = 64;
  return text.size() == kDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string id_of_cgroup(std::string_view cgroup) {
  constexpr std::array<std::string_view, 3> kBefore{"libpod-payload-", "libpod-", "libpod:"};
  std::string_view last = cgroup.substr(cgroup.rfind('/') + 1);
  if (const std::size_t slice = last.find(':'); slice != std::string_view::npos)
    last.remove_prefix(slice + 1);
  for (const std::string_view before : kBefore) {
    if (last.starts_with(before) && is_id(last.substr(before.size())))
      return std::string(last.substr(before.size()));
  }
  return "";
}

int precreate(Host& host, const Print& print, const std::vector<std::string>& words) {
  const auto outcome = serve_whatever_comes(host, words);
  if (!outcome) {
    runtime::report(host, {}, outcome.error().what);
    return kFailed;
  }
  if (!*outcome) return kFailed;
  const Done printed = print(**outcome);
  if (printed) return 0;
  runtime::report(host, {}, printed.error().what);
  return kFailed;
}

}  // namespace hardened::hooks
