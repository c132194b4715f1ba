#include "ctl/install_report.h"

#include <utility>

#include "ctl/running_docker.h"
#include "ctl/value_text.h"

namespace hardened::ctl {
namespace {

constexpr const char* kLock = "/run/hardenedctl.lock";
constexpr int kWaits = 10;  // seconds

void show_json(const Context& context, const Report& report) {
  context.screen.print(doc::Value::object({{"dry_run", doc::Value::boolean(report.dry_run), {}},
                                           {"steps", as_json(report.steps), {}},
                                           {"notes", texts(report.notes), {}},
                                           {"left", texts(report.left), {}}}));
}

std::string none_runs(const std::string& config) {
  return "no dockerd runs with " + config + ": it will read it when it starts";
}

}  // namespace

void show(const Context& context, const Report& report, bool json) {
  if (json) return show_json(context, report);
  Screen& screen = context.screen;
  if (report.steps.empty()) screen.print(report.nothing + "\n");
  if (report.dry_run && !report.steps.empty())
    screen.print("nothing was changed; without --dry-run these would be:\n\n");
  screen.print(laid_out(screen, report.steps));
  if (!report.diff.empty()) screen.print("\n" + report.diff);
  if (!report.notes.empty()) screen.print("\n");
  for (const std::string& note : report.notes) screen.print("note: " + note + "\n");
  if (!report.left.empty()) screen.print("\nleft to do:\n");
  for (const std::string& line : report.left) screen.print("  " + line + "\n");
}

Done carry_out(const Context& context, const Steps& steps, bool json, Report& report) {
  if (report.dry_run) {
    report.steps = steps;
    return done();
  }
  Done taken = take(steps, report.steps);
  if (taken) return taken;
  const std::size_t number = report.steps.size();
  if (!json) context.screen.print(laid_out(context.screen, report.steps));
  return Error{taken.error().fault,
               taken.error().what + " (step " + std::to_string(number + 1) + " of " +
                   std::to_string(steps.size()) +
                   "): everything works as it stands; the same command goes on from here, "
                   "hardenedctl uninstall takes it back"};
}

namespace {

Done leave_reload(const Context& context, const std::string& config, Report& report) {
  const std::vector<Daemon> all = TRY(daemons(context));
  bool runs = false;
  for (const Daemon& daemon : all) {
    if (daemon.process == 0 || daemon.config_file != config) continue;
    runs = true;
    const bool usual = config == kDaemonJson;
    report.left.push_back(usual ? "systemctl reload docker" : "kill -HUP " + std::to_string(daemon.process));
    if (usual) break;
  }
  if (!runs) report.notes.push_back(none_runs(config));
  return done();
}

}  // namespace

Done reload(const Context& context, const std::string& config, bool asked, Report& report) {
  if (!asked) return leave_reload(context, config, report);
  const std::optional<Daemon> daemon = TRY(running_docker(context, config));
  if (!daemon) {
    report.notes.push_back(none_runs(config));
    return done();
  }
  const std::string who = "dockerd (" + std::to_string(daemon->process) + ")";
  if (!report.dry_run) TRY(tell_to_reload(context, *daemon));
  report.notes.push_back(who +
                         (report.dry_run ? " would be told to read it anew (SIGHUP)" : " reads it anew"));
  return done();
}

Done need_root(Host& host, std::string_view command) {
  const Caller caller = host.caller();
  if (caller.uid == 0 && caller.initial_user_namespace) return done();
  return Error{Fault::policy, std::string(command) + " changes the host: run it as root"};
}

Result<Held> only_one(Host& host) { return host.lock(kLock, kWaits); }

}  // namespace hardened::ctl
