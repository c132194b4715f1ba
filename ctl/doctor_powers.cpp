// doctor: what dockerd does itself, without asking its runtime, or with another.
#include <algorithm>

#include "core/base/text.h"
#include "ctl/advisories.h"
#include "ctl/doctor.h"
#include "ctl/doctor_host.h"
#include "ctl/doctor_mends.h"
#include "ctl/quoted.h"

namespace hardened::ctl {
namespace {

Severity by_users(const World& world, Severity severity) {
  return world.reached() ? severity : Severity::low;
}

constexpr std::string_view kBuildVariable = "DOCKER_BUILDKIT_RUNC_COMMAND";
constexpr std::string_view kFirstWithVariable = "29.0.0";

std::string mend_of_build(const World& world, const Daemon& daemon) {
  const std::string found = found_by(world, daemon, "runc");
  if (!found.empty() && !is_hardened(world, found)) return mend_of_runc(world, found);
  for (const std::string& path : runcs_of(world, daemon)) {
    if (!is_hardened(world, path)) return mend_of_runc(world, path);
  }
  return "hardenedctl install --shadow";
}

Findings build_runtime(const World& world) {
  Findings out;
  for (const Daemon& daemon : world.daemons) {
    if (is_bounded(world, daemon, "runc")) continue;
    const std::string command = environment_of(world, daemon, kBuildVariable);
    const std::string version = version_of(world, daemon);
    const bool heard = !version.empty() && !older(parse_version(version), parse_version(kFirstWithVariable));
    if (heard && !command.empty() && is_hardened(world, found_by(world, daemon, command))) continue;
    out.push_back(
        {by_users(world, Severity::high),
         "docker build: BuildKit runs its steps with the runc on dockerd's PATH" +
             (command.empty() ? std::string() : ", whatever " + std::string(kBuildVariable) + " says") +
             ", the classic builder with the default runtime",
         mend_of_build(world, daemon)});
  }
  return out;
}

Finding of_version(std::string_view what, const std::string& version,
                   const std::vector<const Advisory*>& open) {
  return {worst_of(open), "Docker " + version + ": " + std::string(what) + " has " + ids_of(open),
          "take Docker " + std::string(open.back()->mended.substr(open.back()->mended.rfind(' ') + 1)) +
              " or newer, or a package that says it mends them"};
}

Findings buildkit_version(const World& world) {
  Findings out;
  for (const Daemon& daemon : world.daemons) {
    const std::string version = version_of(world, daemon);
    const auto open =
        version.empty() ? std::vector<const Advisory*>() : open_in(buildkit_advisories(), version);
    if (open.empty()) continue;
    out.push_back(of_version("BuildKit", version, open));
    out.back().severity = by_users(world, out.back().severity);
  }
  return out;
}

bool has_filter(const Daemon& daemon) {
  return !settings_of(daemon, "authorization-plugins").empty() ||
         !settings_of(daemon, "authorization-plugin").empty();
}

Findings filter_version(const World& world) {
  Findings out;
  for (const Daemon& daemon : world.daemons) {
    if (!has_filter(daemon)) continue;
    const std::string version = version_of(world, daemon);
    const auto open =
        version.empty() ? std::vector<const Advisory*>() : open_in(authorization_advisories(), version);
    if (!open.empty())
      out.push_back(of_version("what stands before its authorization plugins", version, open));
  }
  return out;
}

// What a plugin asked for that a container does not have by default.
std::vector<std::string> powers_of(const doc::Document& config) {
  std::vector<std::string> out;
  const auto at = [&](std::string_view pointer) {
    return doc::resolve(config.root, "/plugin/Config" + std::string(pointer));
  };
  if (const doc::Value* list = at("/Linux/Capabilities")) {
    for (const doc::Value& item : list->items()) out.push_back(item.text());
  }
  const doc::Value* devices = at("/Linux/AllowAllDevices");
  if (devices != nullptr && devices->truth()) out.emplace_back("all devices");
  for (const auto& [pointer, words] :
       {std::pair("/PidHost", "the host's processes"), std::pair("/IpcHost", "the host's ipc")}) {
    const doc::Value* asked = at(pointer);
    if (asked != nullptr && asked->truth()) out.emplace_back(words);
  }
  const doc::Value* network = at("/Network/Type");
  if (network != nullptr && network->text() == "host") out.emplace_back("the host's network");
  return out;
}

Findings installed_plugins(const World& world, const Daemon& daemon) {
  Findings out;
  for (const std::string& id : names_in(world.host, daemon.data_root + "/plugins")) {
    const auto config = json_in(world.host, daemon.data_root + "/plugins/" + id + "/config.json");
    if (!config && config.error().fault != Fault::absent)
      out.push_back({Severity::medium, "a managed plugin could not be looked at: " + config.error().what,
                     "mend it, and look again"});
    const doc::Value* name = config ? doc::resolve(config->root, "/plugin/Name") : nullptr;
    if (name == nullptr) continue;
    const std::vector<std::string> powers = powers_of(*config);
    const std::string shown = printable(name->text());
    out.push_back(
        {powers.empty() ? Severity::low : Severity::medium,
         "the managed plugin " + shown + " is installed" +
             (powers.empty() ? "" : " and asked for " + some_of(powers)),
         "docker plugin disable " + quoted(name->text()) + " && docker plugin rm " + quoted(name->text())});
  }
  return out;
}

Findings plugins(const World& world) {
  Findings out;
  for (const Daemon& daemon : world.daemons) {
    for (Finding& finding : installed_plugins(world, daemon)) out.push_back(std::move(finding));
    const std::string version = version_of(world, daemon);
    const auto open =
        version.empty() ? std::vector<const Advisory*>() : open_in(plugin_advisories(), version);
    if (!open.empty()) out.push_back(of_version("docker plugin install", version, open));
    if (!open.empty()) out.back().severity = by_users(world, out.back().severity);
  }
  if (out.empty() && !world.daemons.empty()) {
    out.push_back({world.reached() ? Severity::low : Severity::info,
                   "users of the engine may install managed plugins, which get what they ask for",
                   "let the API filter refuse /plugins/pull and /plugins/create"});
  }
  return out;
}

// What each container said for itself, and what all of them may say.
Findings log_drivers(const World& world) {
  std::vector<std::string> elsewhere;
  for (const Made& made : world.made) {
    if (made.log_elsewhere) elsewhere.push_back(made.name + " (" + made.log_driver + ")");
  }
  if (!elsewhere.empty()) {
    return {
        {by_users(world, Severity::medium),
         "dockerd itself connects to where " + some_of(elsewhere) +
             " said by --log-opt, from the host's network",
         "let the API filter refuse HostConfig.LogConfig, and set log-driver and log-opts in daemon.json"}};
  }
  if (world.daemons.empty()) return {};
  return {{Severity::info, "log drivers are each user's to choose (--log-driver, --log-opt)",
           "let the API filter refuse HostConfig.LogConfig but of json-file and local"}};
}

Findings swarm(const World& world) {
  Findings out;
  for (const Daemon& daemon : world.daemons) {
    if (!world.host.stat(daemon.data_root + "/swarm/docker-state.json", Links::follow)) continue;
    const bool bounded = is_bounded(world, daemon, daemon.default_runtime);
    out.push_back({bounded ? Severity::info : Severity::medium,
                   "a swarm is active: its managers start tasks here, with the default runtime " +
                       printable(daemon.default_runtime),
                   bounded ? "docker swarm leave, where none is needed" : mend_of_default(world, daemon)});
  }
  return out;
}

Findings checkpoints(const World& world) {
  Findings out;
  const bool allowed =
      world.policy && std::any_of(world.policy->allowed_calls.begin(), world.policy->allowed_calls.end(),
                                  [](const std::string& call) { return call == "restore"; });
  for (const Daemon& daemon : world.daemons) {
    if (!is_set(daemon, "experimental")) continue;
    out.push_back({allowed ? Severity::high : Severity::info,
                   std::string("experimental is on: docker start --checkpoint restores what a file says, ") +
                       (allowed ? "and the policy allows it" : "which the policy refuses"),
                   "take \"experimental\" out of " + config_of(daemon)});
  }
  return out;
}

Findings own_users(const World& world) {
  Findings out;
  for (const Daemon& daemon : world.daemons) {
    if (!settings_of(daemon, "userns-remap").empty()) continue;
    out.push_back(
        {Severity::info,
         "userns-remap is not set: root in a container is root on the host, less what is taken from it",
         "\"userns-remap\": \"default\" in " + config_of(daemon) + " (images and containers begin anew)"});
  }
  return out;
}

constexpr std::array kChecks{
    Check{"build-runtime", "docker build runs under hardened",
          "BuildKit does not look at dockerd's runtimes: RUN --security=insecure and --network=host are "
          "asked of runc itself",
          build_runtime},
    Check{"buildkit-version", "BuildKit has no known hole",
          "a build runs what an image's author wrote, as root", buildkit_version},
    Check{"filter-version", "nothing passes by the authorization plugins",
          "the filter is all that stands between its users and the API", filter_version},
    Check{"managed-plugins", "no managed plugins",
          "a plugin gets the capabilities, devices and mounts that it asks for, and is part of the engine",
          plugins},
    Check{"log-drivers", "no container says where dockerd connects to",
          "dockerd connects from the host: to its loopback, to a cloud's metadata, to what a firewall shuts "
          "to containers",
          log_drivers},
    Check{"swarm", "no swarm under another runtime",
          "tasks of a swarm cannot choose a runtime, and a manager on another host starts them", swarm},
    Check{"checkpoints", "no checkpoints",
          "a restored process holds what its image says: capabilities, seccomp, label", checkpoints},
    Check{"user-namespaces", "root of containers is nobody on the host",
          "a second boundary behind all others", own_users},
};

}  // namespace

std::span<const Check> power_checks() { return kChecks; }

}  // namespace hardened::ctl
