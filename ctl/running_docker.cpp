#include "ctl/running_docker.h"

#include <csignal>
#include <utility>

#include "core/base/text.h"

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
  std::optional<Daemon> found;
  std::vector<std::string> numbers;
  for (Daemon& daemon : all) {
    if (daemon.process == 0 || daemon.config_file != config) continue;
    numbers.push_back(std::to_string(daemon.process));
    found = std::move(daemon);
  }
  if (numbers.size() < 2) return found;
  return Error{Fault::policy, "several dockerds run with " + printable(config) + " (" + joined(numbers) +
                                  "), and which one is meant cannot be told: stop all but one"};
}

std::optional<std::string> default_in_use(const Context& context, const Daemon& daemon) {
  for (const std::string& given : daemon.hosts) {
    const std::string socket = given.starts_with("fd://") ? "unix://" + std::string(kActivatedSocket) : given;
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

Done tell_to_reload(const Context& context, const Daemon& daemon) {
  const auto look = [&context, &daemon]() -> Done {
    const std::optional<Daemon> now = TRY(running_docker(context, daemon.config_file));
    if (now && now->process == daemon.process && now->arguments == daemon.arguments) return done();
    return Error{Fault::io, "process " + std::to_string(daemon.process) +
                                " is no longer the dockerd that was looked at, and was told nothing"};
  };
  return context.machine.signal(daemon.process, SIGHUP, look);
}

Done reload_until_default_is_not(const Context& context, const Daemon& daemon, const std::string& runtime) {
  TRY(tell_to_reload(context, daemon));
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
