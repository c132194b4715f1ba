// doctor: containers that hardened did not make.
#include <algorithm>
#include <map>

#include "core/base/text.h"
#include "ctl/doctor.h"
#include "ctl/quoted.h"

namespace hardened::ctl {
namespace {

constexpr std::string_view kMark = "io.hardened.";

std::string called(const Container& one) { return one.name.empty() ? one.id.substr(0, 12) : one.name; }

Findings unmanaged(const World& world) {
  Findings out;
  for (const Container& one : world.containers) {
    if (!one.trouble.empty() && (!one.process || one.kept)) {
      out.push_back({Severity::medium,
                     "the container " + printable(called(one)) + " of " + printable(one.root, 4096) +
                         " could not be looked at whole: " + printable(one.trouble, 400),
                     "hardenedctl status " + quoted(one.id)});
    }
    if (!one.process || one.kept) continue;
    const std::string made = one.runtime.empty() ? "" : ", made with " + printable(one.runtime);
    const std::string trouble = one.trouble.empty() ? "" : "; " + printable(one.trouble, 400);
    const std::string engine = one.engine.empty() ? printable(one.root, 4096) : printable(one.engine);
    out.push_back({Severity::high,
                   "the container " + printable(called(one)) + " of " + engine +
                       " runs and was not created by hardened" + made + trouble,
                   one.engine == "docker"
                       ? "docker rm --force " + quoted(called(one)) + ", and create it again"
                       : "stop it, and create it again"});
  }
  return out;
}

// Those that are there, running or not: a start, an exec or an update goes to the runtime that they were made with.
Findings other_runtime(const World& world) {
  std::map<std::string, std::vector<std::string>> by_runtime;
  for (const Made& made : world.made) {
    if (!made.bounded) by_runtime[made.runtime].push_back(made.name);
  }
  Findings out;
  for (const auto& [runtime, names] : by_runtime) {
    const std::string count =
        names.size() == 1 ? "one container was made" : std::to_string(names.size()) + " containers were made";
    out.push_back({world.reached() ? Severity::high : Severity::medium,
                   count + " with " + printable(runtime) + ": " + some_of(names),
                   "docker rm " + quoted(names.front()) + ", and create it again with the default runtime"});
  }
  return out;
}

bool bundle_has_mark(const World& world, const Container& one) {
  if (one.bundle.empty()) return false;
  const auto config = json_in(world.host, one.bundle + "/config.json");
  const doc::Value* all = config ? config->root.find("annotations") : nullptr;
  return all != nullptr &&
         std::any_of(all->members().begin(), all->members().end(),
                     [](const doc::Member& member) { return member.key.starts_with(kMark); });
}

Findings forged_mark(const World& world) {
  std::vector<std::string> names;
  for (const Made& made : world.made) {
    if (made.marked && !made.bounded) names.push_back(made.name);
  }
  for (const Container& one : world.containers) {
    const std::string name = called(one);
    if (one.process && !one.kept && bundle_has_mark(world, one) &&
        std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
  if (names.empty()) return {};
  return {{Severity::high, some_of(names) + " is marked io.hardened.…, and was not made by hardened",
           "docker rm --force " + quoted(names.front()) + ", and ask who wrote the mark"}};
}

Findings secrets(const World& world) {
  std::size_t containers = 0;
  std::size_t variables = 0;
  std::vector<std::string> names;
  for (const Made& made : world.made) {
    if (made.secrets == 0) continue;
    ++containers;
    variables += made.secrets;
    names.push_back(made.name);
  }
  if (containers == 0) return {};
  return {{world.reached() ? Severity::medium : Severity::low,
           std::to_string(variables) + (variables == 1 ? " secret stands" : " secrets stand") +
               " in the environment of " + some_of(names),
           "put them into files (docker secret, -v) and name those: DB_PASSWORD_FILE=/run/secrets/db"}};
}

constexpr std::array kChecks{
    Check{"unmanaged-containers", "every container that runs was created by hardened",
          "seccomp, devices and mounts cannot be taken from a container that runs: it has what it was given",
          unmanaged},
    Check{"other-runtime-containers", "every container that is there was made with hardened",
          "a container keeps the runtime that it was made with: started again it is what it was",
          other_runtime},
    Check{"forged-mark", "no container carries a mark of hardened's that hardened did not write",
          "a label or an annotation is anybody's to write: hardened takes it from those that it makes, "
          "others who trust it are deceived",
          forged_mark},
    Check{
        "secrets-in-environment", "no secrets in the environment of containers",
        "every user of the engine reads them by docker inspect, and every process of the container in /proc",
        secrets},
};

}  // namespace

std::span<const Check> container_checks() { return kChecks; }

}  // namespace hardened::ctl
