#include "ctl/running_docker.h"

#include <csignal>
#include <utility>

namespace hardened::ctl {
namespace {

constexpr const char* kClient = "/usr/bin/docker";
constexpr std::size_t kMostSaid = 65536;
constexpr int kSeconds = 60;
constexpr int kTries = 60;
constexpr std::chrono::milliseconds kBetween{500};

}  // namespace

Result<std::optional<Daemon>> running_docker(const Context& context, const std::string& config) {
  std::vector<Daemon> all = TRY(daemons(context));
  for (Daemon& daemon : all) {
    if (daemon.process != 0 && daemon.config_file == config) return std::optional(std::move(daemon));
  }
  return std::optional<Daemon>();
}

std::optional<std::string> default_in_use(const Context& context, const Daemon& daemon) {
  for (const std::string& socket : daemon.hosts) {
    if (!socket.starts_with("unix://")) continue;
    const Result<Ran> ran = context.host.run(
        {.path = kClient,
         .arguments = {"docker", "--host", socket, "info", "--format", "{{.DefaultRuntime}}"},
         .input = "",
         .most = kMostSaid,
         .seconds = kSeconds});
    if (!ran || ran->status != 0) continue;
    return ran->output.substr(0, ran->output.find('\n'));
  }
  return std::nullopt;
}

Done reload_until_default_is_not(const Context& context, const Daemon& daemon, const std::string& runtime) {
  TRY(context.machine.signal(daemon.process, SIGHUP));
  for (int tries = 0; tries < kTries; ++tries) {
    const std::optional<std::string> now = default_in_use(context, daemon);
    if (now && *now != runtime) return done();
    context.machine.pause(kBetween);
  }
  return Error{Fault::io, "dockerd (" + std::to_string(daemon.process) + ") was told to read " +
                              daemon.config_file + " and still uses " + runtime +
                              " by default, or does not answer docker's client"};
}

}  // namespace hardened::ctl
