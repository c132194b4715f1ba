// hardenedctl install: registers hardened with Docker, makes it the default, puts it in runc's place.
#include <array>
#include <utility>

#include "core/base/text.h"
#include "ctl/commands.h"
#include "ctl/daemons.h"
#include "ctl/install_docker.h"
#include "ctl/install_report.h"
#include "ctl/line_diff.h"
#include "ctl/running_docker.h"
#include "ctl/shadow.h"
#include "runtime/invocation.h"

namespace hardened::ctl {
namespace {

constexpr Option kConfig{"--config", "FILE",
                         "dockerd's settings, /etc/docker/daemon.json where none is named"};
constexpr Option kProgram{"--program", "FILE", "the runtime, /usr/sbin/hardened-runtime where none is named"};
constexpr Option kName{"--name", "NAME", "one more runtime: hardened-ci reads /etc/hardened/ci.yaml", true};
constexpr Option kDefault{"--default", "", "containers get it where nobody says --runtime"};
constexpr Option kShadow{"--shadow", "", "put it in runc's place, for docker build and --runtime=runc"};
constexpr Option kRunc{"--runc", "FILE", "the runc of --shadow, where it is not the first on dockerd's PATH"};
constexpr Option kDockerd{"--dockerd", "FILE", "the dockerd that is asked whether it takes the settings"};
constexpr Option kReload{"--reload", "", "tell the dockerd that runs (SIGHUP)"};
constexpr Option kForce{"--force", "", "replace another runtime that is called hardened"};
constexpr Option kDryRun{"--dry-run", "", "say what would be done"};
constexpr std::array kOptions{kConfig,  kProgram, kName,  kDefault, kShadow, kRunc,
                              kDockerd, kReload,  kForce, kDryRun,  kJson};

constexpr std::string_view kUsualProgram = "/usr/sbin/hardened-runtime";
constexpr std::string_view kMainName = "hardened";
constexpr std::string_view kTwoLines = "version: 1\nextends: docker-default\n";
constexpr std::uint32_t kReadable = 0644;
constexpr std::uint32_t kRootOnly = 0600;
constexpr std::uint32_t kExecutable = 0111;

struct Request {
  DockerRequest docker;
  std::string program;
  std::vector<std::string> names;  // further ones
};

Result<Request> read_request(const Arguments& arguments) {
  Request request{.docker = {.config = arguments.value(kConfig).value_or(std::string(kDaemonJson)),
                             .ours = {},
                             .force = arguments.given(kForce)},
                  .program = arguments.value(kProgram).value_or(std::string(kUsualProgram)),
                  .names = arguments.values(kName)};
  for (const std::string& path : {request.docker.config, request.program}) {
    if (!path.starts_with('/')) return Error{Fault::usage, printable(path) + " is no absolute path"};
  }
  request.docker.ours.runtimes[std::string(kMainName)] = request.program;
  for (const std::string& name : request.names) {
    if (runtime::policy_of(name) == runtime::policy_of(kMainName)) {
      return Error{Fault::usage, printable(name) +
                                     " is no name for a runtime of ours: hardened-NAME reads "
                                     "/etc/hardened/NAME.yaml"};
    }
    request.docker.ours.runtimes[name] = directory_of(request.program) + '/' + name;
  }
  if (arguments.given(kDefault)) request.docker.ours.default_runtime = kMainName;
  return request;
}

Done check_program(Host& host, const std::string& program, std::vector<std::string>& notes) {
  const Result<Located> found = locate_trusted(host, program);
  if (!found && found.error().fault == Fault::absent) {
    return Error{Fault::policy, printable(program) + " is missing: --program names the runtime"};
  }
  const Located located = TRY(found);
  if (located.stat.type != Stat::Type::file || (located.stat.mode & kExecutable) == 0) {
    return Error{Fault::policy, printable(program) + " is no executable file"};
  }
  const std::string hook = directory_of(located.path) + "/hardened-hook";
  if (!host.stat(hook, Links::refuse)) {
    notes.push_back(hook + " is missing: containers made by `run` are not verified, and records stay longer");
  }
  return done();
}

Done plan_policy(const Context& context, const std::string& path, Journal& journal, Steps& steps) {
  const std::optional<Stat> there = TRY(look(context.host, path));
  if (there) return done();
  const std::string text(kTwoLines);
  std::erase_if(journal.policies, [&](const MadeFile& made) { return made.path == path; });
  journal.policies.push_back({path, sha256(text)});
  steps.push_back(write_file(context, path, text, kReadable, {"made", "extends docker-default"}));
  return done();
}

Done plan_names(const Context& context, const Request& request, Journal& journal, Steps& steps) {
  TRY(plan_policy(context, runtime::policy_of(kMainName), journal, steps));
  for (const std::string& name : request.names) {
    TRY(plan_policy(context, runtime::policy_of(name), journal, steps));
    const std::string path = request.docker.ours.runtimes.at(name);
    const std::optional<Stat> there = TRY(look(context.host, path));
    const std::optional<std::string> target = TRY(link_target(context.host, path));
    if (target == request.program) continue;
    if (there)
      return Error{Fault::policy,
                   printable(path) + " is there already, and is no link to " + printable(request.program)};
    remember(journal.names, path);
    steps.push_back(point(context, path, request.program, {"linked", "-> " + request.program}));
  }
  return done();
}

// Which program stands in runc's place is what says that the link there is ours.
Done refuse_other_program(const std::optional<Journal>& known, const std::string& program) {
  if (!known || !known->shadow || known->shadow->program == program) return done();
  return Error{Fault::policy, printable(known->shadow->program) + " stands in the place of " +
                                  printable(known->shadow->runc) + ": to install " + printable(program) +
                                  ", hardenedctl uninstall comes first"};
}

Journal begun(const std::optional<Journal>& known, const std::string& program) {
  Journal journal = known.value_or(Journal{});
  if (known && known->program != program) remember(journal.formers, known->program);
  journal.program = program;
  return journal;
}

// Before the first step: what they are to do is written down.
Result<Steps> with_journal(const Context& context, const Journal& journal, Steps steps) {
  const std::string directory(kPolicyDirectory);
  Steps first;
  const std::optional<Stat> there = TRY(look(context.host, directory));
  if (there) TRY(stat_trusted(context.host, directory));
  if (!there) first.push_back(make_directory(context, directory));
  const std::optional<Stat> known = TRY(look(context.host, std::string(kInstallJournal)));
  first.push_back(write_file(context, std::string(kInstallJournal), printed(journal), kRootOnly,
                             {known ? "changed" : "made", "what hardenedctl uninstall undoes"}));
  first.insert(first.end(), std::make_move_iterator(steps.begin()), std::make_move_iterator(steps.end()));
  return first;
}

// Where ours stand in the places of what an interrupted uninstall said there, the same words are the operator's from then
// on.
void plan_settled(const Context& context, const Journal& journal, const OurSettings& ours, Steps& steps) {
  if (!journal.docker || !journal.docker->interim.any()) return;
  Journal settled = journal;
  settled.docker->interim.runtimes = false;
  if (ours.default_runtime) settled.docker->interim.default_runtime = false;
  steps.push_back(write_file(context, std::string(kInstallJournal), printed(settled), kRootOnly,
                             {"changed", "the uninstall before it is over"}));
}

Done ask_dockerd(const Context& context, const Arguments& arguments, const Proposed& proposed,
                 Report& report) {
  const Result<File> now = context.host.read(proposed.path, kMostBytes, Links::refuse);
  if (report.dry_run) {
    report.diff = line_diff(now ? now->bytes : "", proposed.text);
    return done();
  }
  const Validity validity = TRY(validate(context, arguments.value(kDockerd).value_or(""), proposed));
  if (validity == Validity::unknown) {
    report.notes.push_back("dockerd was not asked whether it takes the file: it can tell since Docker 23");
  }
  return done();
}

void say_who_gets_it(const Arguments& arguments, Report& report) {
  if (arguments.given(kShadow) || arguments.given(kDefault)) return;
  report.notes.push_back(
      "containers get it by docker run --runtime=hardened …; install --default gives it to all");
}

Result<Exit> install(const Context& context, const Arguments& arguments) {
  Report report{.dry_run = arguments.given(kDryRun),
                .steps = {},
                .diff = "",
                .notes = {},
                .left = {},
                .nothing = "hardened is installed: there is nothing to do"};
  TRY(need_root(context.host, "install"));
  const Request request = TRY(read_request(arguments));
  TRY(check_program(context.host, request.program, report.notes));
  const Held alone = TRY(report.dry_run ? Result<Held>(Held()) : only_one(context.host));
  const std::optional<Journal> known = TRY(read_journal(context.host));
  TRY(refuse_other_program(known, request.program));
  if (arguments.given(kReload)) TRY(running_docker(context, request.docker.config));
  Journal journal = begun(known, request.program);
  Steps steps;
  TRY(plan_names(context, request, journal, steps));
  const auto proposed = TRY(plan_settings(context, request.docker, journal, steps));
  if (arguments.given(kShadow)) {
    TRY(plan_shadow(context, {arguments.value(kRunc).value_or(""), request.program}, journal, steps,
                    report.notes));
  }
  if (proposed) TRY(ask_dockerd(context, arguments, *proposed, report));
  if (!steps.empty()) steps = TRY(with_journal(context, journal, std::move(steps)));
  if (proposed) plan_settled(context, journal, request.docker.ours, steps);
  TRY(carry_out(context, steps, arguments.given(kJson), report));
  if (proposed || arguments.given(kReload)) {
    TRY(reload(context, request.docker.config, arguments.given(kReload), report));
    say_who_gets_it(arguments, report);
  }
  show(context, report, arguments.given(kJson));
  return Exit::good;
}

constexpr std::string_view kDetails =
    "Registers the runtime `hardened` in daemon.json, laid out as the file is; the former file is kept "
    "beside it as "
    "daemon.json.hardened-backup. A policy of two lines is made where there is none. What is done is written "
    "to "
    "/etc/hardened/install.json before it is done: whenever the machine stops, Docker and runc work as "
    "before or "
    "as after, the same command goes on, and `hardenedctl uninstall` takes all of it back.\n\n"
    "--shadow makes the name of runc a symbolic link to hardened-runtime; the real one is "
    "FILE.hardened-real, where "
    "dpkg puts its upgrades from then on. Whoever calls runc then gets the policy of "
    "/etc/hardened/policy.yaml: "
    "docker build, --runtime=runc, podman.\n\n"
    "--json: {dry_run, steps: [{did, path, detail}], notes: [...], left: [...]}";

}  // namespace

const Command kInstall{.name = "install",
                       .summary = "register hardened with Docker, as its default, or in runc's place",
                       .details = kDetails,
                       .options = kOptions,
                       .operands = {},
                       .run = install};

}  // namespace hardened::ctl
