// doctor: which runtimes an engine knows, and by which policies they are bounded.
#include <algorithm>

#include "core/base/text.h"
#include "ctl/doctor.h"
#include "ctl/doctor_mends.h"
#include "ctl/policy_order.h"
#include "ctl/quoted.h"
#include "runtime/invocation.h"

namespace hardened::ctl {
namespace {

// What others can do to themselves through the API, or an administrator by mistake.
Severity by_users(const World& world, Severity severity) {
  return world.reached() ? severity : Severity::low;
}

Findings default_runtime(const World& world) {
  Findings out;
  for (const Daemon& daemon : world.daemons) {
    if (is_bounded(world, daemon, daemon.default_runtime)) continue;
    const bool known = std::any_of(daemon.runtimes.begin(), daemon.runtimes.end(), [&](const Runtime& one) {
      return is_hardened(world, found_by(world, daemon, one.path));
    });
    out.push_back({Severity::high,
                   config_of(daemon) + ": the default runtime is " + printable(daemon.default_runtime) +
                       ", and not hardened: a plain docker run is bounded by nothing" +
                       (known ? "" : "; no runtime of this daemon is hardened"),
                   mend_of_default(world, daemon)});
  }
  return out;
}

Findings stock_runtime(const World& world) {
  Findings out;
  for (const Daemon& daemon : world.daemons) {
    for (const std::string& path : runcs_of(world, daemon)) {
      if (is_hardened(world, path)) continue;
      out.push_back({by_users(world, Severity::high),
                     "--runtime=runc and --runtime=io.containerd.runc.v2 start " + printable(path, 4096) +
                         " past hardened",
                     mend_of_runc(world, path)});
    }
  }
  return out;
}

Findings other_runtimes(const World& world) {
  Findings out;
  for (const Daemon& daemon : world.daemons) {
    for (const Runtime& one : daemon.runtimes) {
      if (one.name == "runc" || is_hardened(world, found_by(world, daemon, one.path))) continue;
      out.push_back({by_users(world, Severity::high),
                     "--runtime=" + printable(one.name) + " starts " +
                         (one.path.empty() ? "a shim of containerd's" : printable(one.path, 4096)) +
                         " past hardened",
                     "take \"" + printable(one.name) + "\" out of runtimes in " + config_of(daemon) +
                         ", then systemctl reload docker"});
    }
  }
  return out;
}

// The policy that a registered runtime of ours reads: by an argument, or by the name it is called by.
std::string policy_of(const Runtime& one) {
  for (std::size_t i = 0; i < one.arguments.size(); ++i) {
    const std::string& word = one.arguments[i];
    constexpr std::string_view kFlag = "--hardened-policy";
    if (word.starts_with(kFlag) && word.size() > kFlag.size() && word[kFlag.size()] == '=')
      return word.substr(kFlag.size() + 1);
    if (word == kFlag && i + 1 < one.arguments.size()) return one.arguments[i + 1];
  }
  return runtime::policy_of(one.path.substr(one.path.rfind('/') + 1));
}

std::string told(const std::vector<RuleOrder>& all, Order order) {
  std::vector<std::string> names;
  for (const RuleOrder& one : all) {
    if (one.order == order) names.emplace_back(one.control);
  }
  return names.empty() ? "" : some_of(names, 21);
}

// Nothing where no rule holds less.
std::optional<Finding> of_policies(const World& world, const Runtime& one, const std::string& path,
                                   const ReadPolicy& base, Severity severity) {
  const std::string what = "--runtime=" + printable(one.name) + " is bounded by " + printable(path, 4096);
  const Result<ReadPolicy> other = read_whole(world.host, path);
  if (!other)
    return Finding{Severity::low, what + ", which cannot be read: it starts nothing",
                   "hardenedctl check " + quoted(path)};
  const std::vector<RuleOrder> found = orders(base, *other);
  const std::string observes = told(found, Order::observes);
  const std::string looser = told(found, Order::looser);
  const std::string unordered = told(found, Order::unordered);
  const std::string differs = told(found, Order::differs);
  if (observes.empty() && looser.empty() && unordered.empty() && differs.empty()) return std::nullopt;
  std::string how;
  if (!observes.empty()) how += "; it only observes " + observes;
  if (!looser.empty()) how += "; it is looser in " + looser;
  if (!unordered.empty()) how += "; it grants other things in " + unordered;
  if (!differs.empty()) how += "; what becomes of an excess differs in " + differs;
  const bool less = !observes.empty() || !looser.empty() || !unordered.empty();
  return Finding{less ? severity : Severity::low, what + how,
                 less ? "take the runtime out of daemon.json, or bring the rules of " + path +
                            " below those of " + world.policy_path
                      : "hardenedctl check --effective " + quoted(path)};
}

Findings looser_runtimes(const World& world) {
  Findings out;
  const Result<ReadPolicy> base = read_whole(world.host, world.policy_path);
  if (!base) return out;
  for (const Daemon& daemon : world.daemons) {
    for (const Runtime& one : daemon.runtimes) {
      const std::string path = policy_of(one);
      if (path == world.policy_path || !is_hardened(world, found_by(world, daemon, one.path))) continue;
      // Where it is the default nobody has to choose it.
      const Severity severity =
          one.name == daemon.default_runtime ? Severity::high : by_users(world, Severity::high);
      if (auto finding = of_policies(world, one, path, *base, severity)) out.push_back(std::move(*finding));
    }
  }
  return out;
}

Findings runtime_arguments(const World& world) {
  Findings out;
  for (const Daemon& daemon : world.daemons) {
    for (const Runtime& one : daemon.runtimes) {
      if (one.arguments.empty() || !is_hardened(world, found_by(world, daemon, one.path))) continue;
      out.push_back(
          {Severity::medium,
           "--runtime=" + printable(one.name) + " has runtimeArgs (" + some_of(one.arguments) +
               "): dockerd calls it by a shell that outlives its parent's signals and splits words",
           "ln -s " + quoted(world.program) +
               " /usr/local/sbin/hardened-NAME, which reads /etc/hardened/NAME.yaml, and register that"});
    }
  }
  return out;
}

Findings unread_settings(const World& world) {
  Findings out;
  for (const std::string& trouble : world.troubles) {
    out.push_back({Severity::medium, "could not be looked at: " + trouble, "mend it, and look again"});
  }
  std::vector<std::string> users;
  for (const std::uint32_t user : world.strangers) users.push_back(std::to_string(user));
  if (!users.empty()) {
    out.push_back({Severity::info,
                   "processes of uid " + some_of(users) +
                       " call themselves dockerd (rootless, or nobody's engine): not looked at",
                   "nothing is to be done"});
  }
  return out;
}

constexpr std::array kChecks{
    Check{
        "default-runtime", "the default runtime is hardened",
        "whoever names no runtime gets this one, and so do tasks of a swarm, managed plugins and most builds",
        default_runtime},
    Check{"stock-runtime", "runc on dockerd's PATH is hardened",
          "dockerd knows runc by these names whatever its configuration says, and nothing there can forbid "
          "them",
          stock_runtime},
    Check{"other-runtimes", "no other runtime is registered",
          "whoever may choose a runtime chooses the one that asks least", other_runtimes},
    Check{"looser-runtimes", "no registered runtime of hardened is looser than the default policy",
          "whoever may choose a runtime chooses the policy with it", looser_runtimes},
    Check{"runtime-arguments", "no runtimeArgs", "the name that it is called by says which policy it reads",
          runtime_arguments},
    Check{"unread", "everything could be looked at", "what cannot be read may hold what is looked for here",
          unread_settings},
};

}  // namespace

std::span<const Check> engine_checks() { return kChecks; }

}  // namespace hardened::ctl
