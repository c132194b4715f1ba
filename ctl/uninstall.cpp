// hardenedctl uninstall: takes back what install did, and nothing else.
#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"
#include "ctl/commands.h"
#include "ctl/daemons.h"
#include "ctl/install_docker.h"
#include "ctl/install_report.h"
#include "ctl/line_diff.h"
#include "ctl/needed.h"
#include "ctl/running_docker.h"
#include "ctl/shadow.h"

namespace hardened::ctl {
namespace {

constexpr Option kForce{"--force", "", "also while containers need it"};
constexpr Option kPurge{"--purge", "", "also the policies that install made, where nobody has changed them"};
constexpr Option kDockerd{"--dockerd", "FILE", "the dockerd that is asked whether it takes the settings"};
constexpr Option kReload{"--reload", "", "tell the dockerd that runs (SIGHUP)"};
constexpr Option kDryRun{"--dry-run", "", "say what would be done"};
constexpr std::array kOptions{kForce, kPurge, kDockerd, kReload, kDryRun, kJson};

constexpr std::string_view kDataRoot = "/var/lib/docker";
constexpr std::uint32_t kRootOnly = 0600;
constexpr std::size_t kMostNames = 1024;
constexpr std::size_t kMostNamed = 20;

std::string data_root(const Context& context, const std::string& config) {
  Result<File> file = context.host.read(config, kMostBytes, Links::refuse);
  if (!file) return std::string(kDataRoot);
  const auto settings = read_settings(config, std::move(file).value().bytes);
  const doc::Value* root = settings ? settings->root.find("data-root") : nullptr;
  return root == nullptr || root->text().empty() ? std::string(kDataRoot) : root->text();
}

// As the file says, and as the dockerds that run were told by their flags.
Result<std::vector<std::string>> data_roots(const Context& context, const std::string& named,
                                            const std::string& config) {
  std::vector<std::string> roots{data_root(context, config)};
  const std::vector<Daemon> all = TRY(daemons(context));
  for (const Daemon& daemon : all) {
    if (daemon.config_file == named || daemon.config_file == config) remember(roots, daemon.data_root);
  }
  return roots;
}

Done refuse_while_needed(const Context& context, const Journal& journal) {
  const std::string config = journal.docker ? journal.docker->config : std::string(kDaemonJson);
  const std::string named = journal.docker ? journal.docker->named : config;
  const OurSettings ours = journal.docker ? journal.docker->ours : OurSettings{};
  const std::vector<std::string> roots = TRY(data_roots(context, named, config));
  const std::vector<Needing> all = TRY(needing(context, roots, ours.runtimes));
  if (all.empty()) return done();
  std::string text = std::to_string(all.size()) +
                     (all.size() == 1 ? " container needs" : " containers need") +
                     " hardened, and nothing was changed:\n";
  for (std::size_t i = 0; i < std::min(all.size(), kMostNamed); ++i) {
    text += "  " + all[i].name + ": " + all[i].why + "\n";
  }
  if (all.size() > kMostNamed) text += "  and " + std::to_string(all.size() - kMostNamed) + " more\n";
  return Error{
      Fault::policy,
      text +
          "remove them (docker rm -f NAME) and make them anew with another runtime; --force leaves them: "
          "those that run go on, and Docker starts none of them again"};
}

Done plan_names(const Context& context, const Journal& journal, Steps& steps) {
  for (const std::string& path : journal.names) {
    const std::optional<std::string> target = TRY(link_target(context.host, path));
    const bool former =
        target && std::find(journal.formers.begin(), journal.formers.end(), *target) != journal.formers.end();
    if (target == journal.program || former)
      steps.push_back(remove_file(context, path, {"removed", "-> " + *target}));
  }
  return done();
}

// What a step that was killed leaves behind, each beside the name that it was for.
std::vector<std::string> leftovers(const Journal& journal) {
  std::vector<std::string> made;
  const auto temporary = [&made](const std::string& path) {
    made.push_back(directory_of(path) + "/.hardened-" + path.substr(path.rfind('/') + 1) + ".tmp");
  };
  temporary(std::string(kInstallJournal));
  for (const MadeFile& file : journal.policies) temporary(file.path);
  for (const std::string& name : journal.names) made.push_back(name + std::string(kNewSuffix));
  if (journal.docker) {
    made.emplace_back(kCopyToValidate);
    for (const std::string& path : {journal.docker->config, journal.docker->backup}) {
      if (!path.empty()) temporary(path);
    }
  }
  if (journal.shadow) {
    for (const std::string& path : {journal.shadow->runc, journal.shadow->aside}) {
      made.push_back(path + std::string(kNewSuffix));
    }
    for (const FormerLink& link : journal.shadow->links) made.push_back(link.path + std::string(kNewSuffix));
  }
  return made;
}

Done plan_leftovers(const Context& context, const Journal& journal, Steps& steps) {
  for (const std::string& path : leftovers(journal)) {
    const std::optional<Stat> there = TRY(look(context.host, path));
    if (there)
      steps.push_back(remove_file(context, path, {"removed", "left by an install that was interrupted"}));
  }
  return done();
}

Done plan_policies(const Context& context, const Journal& journal, Steps& steps) {
  for (const MadeFile& made : journal.policies) {
    const Result<File> file = context.host.read(made.path, kMostBytes, Links::refuse);
    if (file && sha256(file->bytes) == made.digest) {
      steps.push_back(remove_file(context, made.path, {"removed", "as install made it"}));
    }
  }
  return done();
}

// What stays in /etc/hardened after the steps.
void note_what_stays(const Context& context, const Steps& steps, bool purge, Report& report) {
  const auto names = context.host.list(std::string(kPolicyDirectory), kMostNames);
  std::vector<std::string> stay;
  for (const std::string& name : names ? *names : std::vector<std::string>()) {
    const std::string path = std::string(kPolicyDirectory) + '/' + name;
    const bool goes = std::any_of(steps.begin(), steps.end(), [&](const Step& step) {
      return step.path == path && step.said.what == "removed";
    });
    if (!goes) stay.push_back(printable(name));
  }
  std::sort(stay.begin(), stay.end());
  if (stay.empty()) return;
  report.notes.push_back(std::string(kPolicyDirectory) + " stays, with " + joined(stay) +
                         (purge ? ", which install did not make, or somebody has changed"
                                : "; uninstall --purge takes what install made and nobody has changed"));
}

// The journal goes last but for the directories, which it names no more then.
Done plan_end(const Context& context, const Journal& journal, bool purge, Steps& steps, Report& report) {
  TRY(plan_leftovers(context, journal, steps));
  if (purge) TRY(plan_policies(context, journal, steps));
  steps.push_back(remove_file(context, std::string(kInstallJournal), {"removed", "all of it is undone"}));
  note_what_stays(context, steps, purge, report);
  for (const std::string& path : journal.directories) steps.push_back(remove_empty_directory(context, path));
  if (purge) steps.push_back(remove_empty_directory(context, std::string(kPolicyDirectory)));
  return done();
}

// A dockerd that runs with hardened as its default, which nothing in the file will replace. Nothing where there is none.
Result<std::optional<Daemon>> to_be_weaned(const Context& context, const DockerJournal& journal) {
  if (!journal.ours.default_runtime || !journal.before.default_runtime.is(doc::Kind::null)) {
    return std::optional<Daemon>();
  }
  std::optional<Daemon> daemon = TRY(running_docker(context, journal.named));
  if (!daemon) return daemon;
  // One that cannot be asked may well be.
  const std::optional<std::string> now = default_in_use(context, *daemon);
  return now.value_or(*journal.ours.default_runtime) == *journal.ours.default_runtime
             ? daemon
             : std::optional<Daemon>();
}

// Nothing where dockerd will not have been told by these steps.
Result<std::optional<Interim>> plan_weaning(const Context& context, const Arguments& arguments,
                                            const Journal& journal, Steps& steps, Report& report) {
  const std::optional<Daemon> daemon = TRY(to_be_weaned(context, *journal.docker));
  if (!daemon) return std::optional<Interim>();
  if (!arguments.given(kReload)) {
    const std::string why = "dockerd (" + std::to_string(daemon->process) +
                            ") uses hardened by default, and a reload that only takes that away may end it";
    if (!arguments.given(kForce)) {
      return Error{Fault::policy, why + ": uninstall --reload does it in two steps, or stop dockerd first"};
    }
    report.notes.push_back(why + ": restart it instead");
    return std::optional<Interim>();
  }
  Interim interim = TRY(plan_interim(context, *journal.docker));
  Journal next = journal;
  next.docker = interim.journal;
  steps.push_back(write_file(context, std::string(kInstallJournal), printed(next), kRootOnly,
                             {"changed", "for the reload"}));
  steps.push_back(interim.step);
  const auto act = [context, one = *daemon, runtime = *journal.docker->ours.default_runtime] {
    return reload_until_default_is_not(context, one, runtime);
  };
  steps.push_back(
      {journal.docker->named, {"reloaded", "dockerd (" + std::to_string(daemon->process) + ")"}, act});
  return std::optional(std::move(interim));
}

// True where dockerd will have been told.
Result<bool> plan_docker(const Context& context, const Arguments& arguments, const Journal& journal,
                         Steps& steps, Report& report) {
  if (!journal.docker) return true;
  const std::optional<Interim> interim = TRY(plan_weaning(context, arguments, journal, steps, report));
  // From what stands there in between, as one would that goes on after an interruption.
  const auto proposed = TRY(interim ? plan_settings_undone(context, interim->journal, steps, interim->text)
                                    : plan_settings_undone(context, *journal.docker, steps));
  if (proposed && !report.dry_run) TRY(validate(context, arguments.value(kDockerd).value_or(""), *proposed));
  if (proposed && report.dry_run) {
    const Result<File> now = context.host.read(proposed->path, kMostBytes, Links::refuse);
    report.diff = line_diff(now ? now->bytes : "", proposed->text);
  }
  return interim.has_value();
}

Result<Exit> uninstall(const Context& context, const Arguments& arguments) {
  Report report{.dry_run = arguments.given(kDryRun),
                .steps = {},
                .diff = "",
                .notes = {},
                .left = {},
                .nothing = "nothing was installed by hardenedctl: there is nothing to undo"};
  TRY(need_root(context.host, "uninstall"));
  const Held alone = TRY(report.dry_run ? Result<Held>(Held()) : only_one(context.host));
  const std::optional<Journal> journal = TRY(read_journal(context.host));
  if (!journal) {
    show(context, report, arguments.given(kJson));
    return Exit::good;
  }
  if (!arguments.given(kForce)) TRY(refuse_while_needed(context, *journal));
  if (arguments.given(kReload) && journal->docker) TRY(running_docker(context, journal->docker->named));
  Steps steps;
  const bool told = TRY(plan_docker(context, arguments, *journal, steps, report));
  if (journal->shadow) TRY(plan_shadow_undone(context, *journal->shadow, steps));
  TRY(plan_names(context, *journal, steps));
  TRY(plan_end(context, *journal, arguments.given(kPurge), steps, report));
  TRY(carry_out(context, steps, arguments.given(kJson), report));
  if (!told) TRY(reload(context, journal->docker->named, arguments.given(kReload), report));
  show(context, report, arguments.given(kJson));
  return Exit::good;
}

constexpr std::string_view kDetails =
    "Takes back what hardenedctl install did, as /etc/hardened/install.json has it: runc gets its name back, "
    "the "
    "diversion of dpkg and the links to the low-level runtime go, and daemon.json has its former bytes "
    "again; where "
    "somebody else has changed it since, only what is ours is taken out. The programs and the decision log "
    "stay.\n\n"
    "It refuses while containers need hardened, and names them. A dockerd that uses hardened by default has "
    "to be told "
    "(--reload) before that can be taken out of its file.\n\n"
    "--json: {dry_run, steps: [{did, path, detail}], notes: [...], left: [...]}";

}  // namespace

const Command kUninstall{.name = "uninstall",
                         .summary = "take back what install did",
                         .details = kDetails,
                         .options = kOptions,
                         .operands = {},
                         .run = uninstall};

}  // namespace hardened::ctl
