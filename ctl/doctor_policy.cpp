// doctor: the policy, and who can change it or what is recorded.
//
// That others can read a policy (0644, as installed) is no finding: it says what is refused, and each refusal says that
// too. Where it has waivers it also says which images to start, see doctor_waivers.cpp.
#include <algorithm>

#include "core/base/text.h"
#include "ctl/doctor.h"
#include "ctl/quoted.h"
#include "runtime/service.h"

namespace hardened::ctl {
namespace {

Findings trust(const World& world) {
  if (!world.distrust) return {};
  if (world.distrust->fault == Fault::absent) {
    return {{Severity::high,
             "there is no policy at " + printable(world.policy_path, 4096) + ": nothing can be created",
             "printf 'version: 1\\nextends: docker-default\\n' > " + quoted(world.policy_path)}};
  }
  // The message ends in the command that mends it (core/base/trusted.cpp).
  const std::string& what = world.distrust->what;
  const std::size_t colon = what.rfind(": ");
  return {{Severity::critical, what.substr(0, colon),
           colon == std::string::npos ? "ls -ld " + quoted(world.policy_path) : what.substr(colon + 2)}};
}

Findings valid(const World& world) {
  if (!world.wrong) return {};
  return {{Severity::high, world.wrong->what, "hardenedctl check " + quoted(world.policy_path)}};
}

Findings observing(const World& world) {
  if (!world.policy) return {};
  const std::vector<std::string> names = runtime::observing(*world.policy);
  if (names.empty()) return {};
  const std::string mend =
      "extends: docker-default in " + world.policy_path + ", when the record shows nothing more to allow";
  if (runtime::only_observes(*world.policy))
    return {{Severity::high, "the policy only observes: nothing is bounded", mend}};
  return {{Severity::medium, "the policy only observes " + some_of(names, 21), mend}};
}

Findings guarded(const World& world) {
  Findings out;
  if (!world.policy) return out;
  if (!world.policy->allowed_calls.empty()) {
    out.push_back(
        {Severity::medium,
         "allowed_calls opens " + some_of(world.policy->allowed_calls, 12) + ", which pass every control",
         "allowed_calls: [] in " + world.policy_path});
  }
  if (world.policy->fields.unknown == controls::UnknownFields::record) {
    out.push_back({Severity::medium, "unknown_fields: record lets through what this version does not know",
                   "unknown_fields: refuse, and accepted_fields for those that are needed"});
  }
  return out;
}

// Absent: the first record makes it.
std::optional<Finding> log_at(const World& world, const std::string& path) {
  const Result<Stat> stat = stat_trusted(world.host, path);
  if (!stat && stat.error().fault == Fault::absent) return std::nullopt;
  if (!stat) return Finding{Severity::high, stat.error().what, "ls -ld " + quoted(path)};
  if (stat->type == Stat::Type::directory || (stat->mode & 0004U) == 0) return std::nullopt;
  return Finding{Severity::low, path + " is readable by everybody", "chmod o-r " + quoted(path)};
}

Findings log(const World& world) {
  if (!world.policy) return {};
  const std::string& path = world.policy->decision_log.path;
  if (path.empty())
    return {{Severity::low, "no decision is recorded",
             "decision_log: {path: /var/log/hardened/decisions.jsonl}"}};
  if (auto found = log_at(world, path)) return {*found};
  if (auto found = log_at(world, path.substr(0, path.rfind('/')))) return {*found};
  return {};
}

Findings engines(const World& world) {
  Findings out;
  if (!world.policy) return out;
  for (const Daemon& daemon : world.daemons) {
    const auto& known = world.policy->engines;
    if (std::any_of(known.begin(), known.end(),
                    [&](const config::Engine& one) { return one.data_root == daemon.data_root; }))
      continue;
    out.push_back(
        {Severity::medium,
         "the policy's engines do not name " + printable(daemon.data_root, 4096) +
             ", where a dockerd keeps its data",
         "engines: [{name: docker, data_root: " + quoted(daemon.data_root) + "}] in " + world.policy_path});
  }
  return out;
}

constexpr std::array kChecks{
    Check{"policy-trust", "the policy is root's alone",
          "whoever can write to it, or to a directory above, writes what is allowed", trust},
    Check{"policy-valid", "the policy is right", "a policy with a mistake in it lets nothing start", valid},
    Check{"policy-observes", "every rule of the policy holds",
          "a rule that observes records what it would have taken, and takes nothing", observing},
    Check{"policy-settings", "no calls and no unknown fields pass",
          "what no control reads, no control bounds", guarded},
    Check{"decision-log", "the record of decisions is root's alone",
          "whoever can write to it takes out what he did", log},
    Check{"policy-engines", "the policy knows where each engine keeps its data",
          "files of other containers are told by that, and so are the images that waivers are for", engines},
};

}  // namespace

std::span<const Check> policy_checks() { return kChecks; }

}  // namespace hardened::ctl
