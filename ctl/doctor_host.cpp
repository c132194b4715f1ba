// doctor: what the host is able to, and whether hardened itself stands as it should.
#include "ctl/doctor_host.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/doc/json.h"
#include "ctl/advisories.h"
#include "ctl/doctor.h"
#include "ctl/quoted.h"
#include "profiles/apparmor/loader.h"
#include "runtime/low_level.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kMostSaid = std::size_t{1} << 20U;
constexpr int kSeconds = 20;
constexpr std::uint64_t kTmpfs = 0x01021994;  // TMPFS_MAGIC, linux/magic.h
constexpr std::string_view kActions = "/proc/sys/kernel/seccomp/actions_avail";
constexpr std::string_view kParser = "/usr/sbin/apparmor_parser";

std::string text_of(const World& world, std::string_view path) {
  const Result<File> file = world.host.read(std::string(path), kMostSaid, Links::follow);
  std::string out = file ? file->bytes : std::string();
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
  std::replace(out.begin(), out.end(), '\n', ' ');
  return printable(out, 400);
}

bool is_there(const World& world, const std::string& path) {
  return world.host.stat(path, Links::follow).ok();
}

bool has_kernel(const World& world, std::string_view version) {
  return !older(parse_version(world.host.kernel().release), parse_version(version));
}

// ---- what it is able to

std::string kernel(const World& world) {
  const Kernel kernel = world.host.kernel();
  std::string out = printable(kernel.release) + ", " + printable(kernel.machine);
  out += has_kernel(world, "5.3") ? ", pidfd" : ", no pidfd";
  return out + (has_kernel(world, "5.6") ? ", openat2" : ", no openat2");
}

std::string seccomp(const World& world) {
  const std::string actions = text_of(world, kActions);
  if (actions.empty()) return "none";
  const std::string machine = world.host.kernel().machine;
  const std::string beside = machine == "x86_64"    ? "; x86 and x32 beside"
                             : machine == "aarch64" ? "; arm beside"
                                                    : "";
  return actions + beside;
}

std::string apparmor(const World& world) {
  if (!apparmor::enabled(world.host).value_or(false)) return "off";
  std::string out = "on";
  const auto versions = names_in(world.host, std::string(apparmor::kKernel) + "/features/policy/versions");
  if (!versions.empty()) out += ", policy up to " + printable(versions.back());
  return out + (is_there(world, std::string(kParser)) ? ", with its parser" : ", without its parser");
}

std::string cgroups(const World& world) {
  const std::string controllers = text_of(world, "/sys/fs/cgroup/cgroup.controllers");
  if (!controllers.empty()) return "version 2: " + controllers;
  std::vector<std::string> names;
  for (const std::string& name : names_in(world.host, "/sys/fs/cgroup")) {
    if (is_there(world, "/sys/fs/cgroup/" + name + "/cgroup.procs")) names.push_back(name);
  }
  return names.empty() ? "none" : "version 1: " + some_of(names, 20);
}

std::string low_level(const World& world) {
  const Result<std::string> path = low_level_of(world);
  if (!path) return "none";
  const std::string version = version_of(world.host, *path);
  return *path + (version.empty() ? "" : " " + version);
}

// runc since 1.1 and crun since 1.8.2 tell what they were built with.
std::string features(const World& world) {
  const Result<std::string> path = low_level_of(world);
  if (!path) return "none";
  const Result<Ran> ran = world.host.run(
      {.path = *path, .arguments = {*path, "features"}, .input = {}, .most = kMostSaid, .seconds = kSeconds});
  const Result<doc::Document> said =
      ran && ran->status == 0 ? doc::read_json("features", ran->output) : Error{};
  if (!said) return "not told";
  std::vector<std::string> out;
  const auto text = [&](std::string_view pointer) {
    const doc::Value* value = doc::resolve(said->root, pointer);
    return value == nullptr ? std::string() : printable(value->text());
  };
  for (const std::string_view part : {"seccomp", "apparmor", "selinux"}) {
    const doc::Value* enabled = doc::resolve(said->root, "/linux/" + std::string(part) + "/enabled");
    out.push_back((enabled != nullptr && enabled->truth() ? "" : "no ") + std::string(part));
  }
  return "specification up to " + text("/ociVersionMax") + ", " + joined(out);
}

std::string installed(const World& world) {
  return is_there(world, world.program) ? world.program : "not installed";
}

std::string policy(const World& world) {
  if (!world.policy) return world.policy_path + ", which cannot be read";
  return world.policy_path + ", " + world.policy->id.substr(0, 12);
}

std::string engine(const World& world) {
  std::vector<std::string> out;
  for (const Daemon& daemon : world.daemons) {
    const std::string version = version_of(world, daemon);
    out.push_back("dockerd" + (version.empty() ? "" : " " + version) +
                  (daemon.process == 0 ? " (not running)" : "") + ", " + printable(daemon.data_root, 4096) +
                  ", default runtime " + printable(daemon.default_runtime));
  }
  std::string text;
  for (const std::string& one : out) text += (text.empty() ? "" : "\n") + one;
  return text.empty() ? "none" : text;
}

constexpr std::array kAbilities{
    Ability{"kernel", kernel},   Ability{"seccomp", seccomp},    Ability{"apparmor", apparmor},
    Ability{"cgroups", cgroups}, Ability{"runtime", low_level},  Ability{"features", features},
    Ability{"engine", engine},   Ability{"hardened", installed}, Ability{"policy", policy},
};

// ---- what it lacks

Findings old_kernel(const World& world) {
  const std::string release = printable(world.host.kernel().release);
  if (!has_kernel(world, "5.3")) {
    return {{Severity::high, "Linux " + release + " has no pidfd_open: a start cannot be verified, and fails",
             "take Linux 5.3 or newer"}};
  }
  if (has_kernel(world, "5.6")) return {};
  return {{Severity::low,
           "Linux " + release + " has no openat2: places in a root file system are told by their names",
           "take Linux 5.6 or newer"}};
}

Findings no_seccomp(const World& world) {
  if (!text_of(world, kActions).empty()) return {};
  return {{Severity::high, "this kernel has no seccomp filters: containers run with every system call",
           "take a kernel with CONFIG_SECCOMP_FILTER"}};
}

Findings no_apparmor(const World& world) {
  if (!apparmor::enabled(world.host).value_or(false)) {
    return {{Severity::low, "AppArmor is off: the ceiling of that control holds nobody",
             "boot with apparmor=1 security=apparmor, or with SELinux"}};
  }
  if (is_there(world, std::string(kParser))) return {};
  return {{Severity::medium, "AppArmor is on and apparmor_parser is not installed: profiles cannot be loaded",
           "apt install apparmor"}};
}

Findings no_low_level(const World& world) {
  const Result<std::string> path = low_level_of(world);
  if (path) return {};
  return {{Severity::high, path.error().what,
           "ln -sfn /usr/sbin/runc " + quoted(runtime::runtime_link(world.policy_path))}};
}

// What the distribution's package says that it mended: versions of a stable distribution stay, mends are brought to them.
bool package_mends(const World& world, std::string_view package, std::string_view id) {
  const std::string log = "/usr/share/doc/" + std::string(package) + "/changelog.Debian.gz";
  if (!is_there(world, log)) return false;
  const Result<Ran> ran = world.host.run({.path = "/usr/bin/gzip",
                                          .arguments = {"gzip", "-dc", log},
                                          .input = {},
                                          .most = kMostSaid,
                                          .seconds = kSeconds});
  return ran && ran->status == 0 && ran->output.find(id) != std::string::npos;
}

Findings old_runtime(const World& world) {
  const Result<std::string> path = low_level_of(world);
  const std::string version = path ? version_of(world.host, *path) : std::string();
  if (version.empty()) return {};
  const bool crun = runtime::is_crun(*path);
  const std::string_view package = crun ? "crun" : "runc";
  std::vector<const Advisory*> open;
  for (const Advisory* one : open_in(crun ? crun_advisories() : runc_advisories(), version)) {
    if (!path->starts_with("/usr/") || path->starts_with("/usr/local/") ||
        !package_mends(world, package, one->id))
      open.push_back(one);
  }
  if (open.empty()) return {};
  return {{worst_of(open), *path + " " + version + " has " + ids_of(open),
           "apt install --only-upgrade " + std::string(package) + ", or a newer build behind " +
               runtime::runtime_link(world.policy_path)}};
}

Findings program(const World& world) {
  const Result<Stat> stat = stat_trusted(world.host, world.program);
  if (stat) return {};
  if (stat.error().fault == Fault::absent) {
    return {{Severity::high, world.program + " is not there: nothing is bounded", "install hardened"}};
  }
  return {{Severity::critical, stat.error().what, "ls -ld " + quoted(world.program)}};
}

Findings hook_program(const World& world) {
  const std::string path = world.program.substr(0, world.program.rfind('/') + 1) + "hardened-hook";
  const Result<Stat> stat = stat_trusted(world.host, path);
  if (stat || !is_there(world, world.program)) return {};
  return {{stat.error().fault == Fault::absent ? Severity::medium : Severity::high,
           stat.error().fault == Fault::absent ? path + " is not there" : stat.error().what,
           "install it beside hardened-runtime"}};
}

Findings run_on_disk(const World& world) {
  const Result<std::uint64_t> type = world.host.file_system("/run");
  if (!type || *type == kTmpfs) return {};
  return {{Severity::low,
           "/run is no tmpfs: what was granted before a power cut is told from it by the boot id alone",
           "mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs /run"}};
}

constexpr std::array kChecks{
    Check{"program", "hardened-runtime is root's alone",
          "whoever can change it is root at the next container", program},
    Check{"low-level-runtime", "there is a low-level runtime that is root's alone",
          "without one nothing starts; whoever can change it is root at the next container", no_low_level},
    Check{"runtime-version", "the low-level runtime has no known hole",
          "it sets up what the policy decides: a hole in it is a way out of every container", old_runtime},
    Check{"kernel", "the kernel has what verification needs",
          "what a container holds is compared with its grant at its start", old_kernel},
    Check{"seccomp", "the kernel has seccomp filters",
          "most of what a kernel can be asked for is shut by them alone", no_seccomp},
    Check{"apparmor", "AppArmor is on, with its parser",
          "a second lock behind the first: mounts, ptrace, /proc and /sys by path", no_apparmor},
    Check{"hook-program", "hardened-hook stands beside hardened-runtime",
          "it verifies what is made by `run`, and takes grant records away", hook_program},
    Check{"run", "/run is a tmpfs", "grant records and compiled profiles are of this boot", run_on_disk},
};

}  // namespace

Result<std::string> low_level_of(const World& world) {
  std::string path =
      TRY(runtime::low_level_runtime(world.host, world.policy_path, runtime::OnBrokenLink::refuse));
  if (!is_hardened(world, path)) return path;
  return Error{Fault::policy,
               "the low-level runtime would be " + printable(path, 4096) + ", which is hardened itself"};
}

std::string version_of(Host& host, const std::string& program) {
  if (program.empty()) return {};
  const Result<Located> trusted = locate_trusted(host, program);
  if (!trusted || trusted->stat.type != Stat::Type::file) return {};
  const Result<Ran> ran = host.run({.path = trusted->path,
                                    .arguments = {trusted->path, "--version"},
                                    .input = {},
                                    .most = kMostSaid,
                                    .seconds = kSeconds});
  if (!ran || ran->status != 0) return {};
  const std::size_t word = ran->output.find("ersion ");
  if (word == std::string::npos) return {};
  const std::string_view rest = std::string_view(ran->output).substr(word + 7);
  return printable(rest.substr(0, rest.find_first_of(", \n")), 60);
}

std::string version_of(const World& world, const Daemon& daemon) {
  const auto found = world.versions.find(dockerd_of(world, daemon));
  return found == world.versions.end() ? std::string() : found->second;
}

std::string dockerd_of(const World& world, const Daemon& daemon) {
  if (daemon.process != 0) {
    return world.host.read_link("/proc/" + std::to_string(daemon.process) + "/exe").value_or({});
  }
  for (const std::string path : {"/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd"}) {
    if (is_there(world, path)) return path;
  }
  return {};
}

std::span<const Ability> abilities() { return kAbilities; }
std::span<const Check> host_checks() { return kChecks; }

}  // namespace hardened::ctl
