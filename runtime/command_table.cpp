#include "runtime/command_table.h"

#include <array>
#include <cstddef>

namespace hardened::runtime {
namespace {

constexpr auto kNothing = Takes::nothing;
constexpr auto kValue = Takes::value;
constexpr auto kGuarded = Standing::guarded;
constexpr auto kOwned = Standing::owned;
constexpr auto kHarmless = Standing::harmless;

constexpr std::string_view kOutput = "only output";
constexpr std::string_view kWhere = "where the subject lies";
constexpr std::string_view kPidFile = "only output: a file that the caller, who is root, names";
constexpr std::string_view kSocket = "a socket of the caller's that gets the terminal or the pidfd";
constexpr std::string_view kDetach = "whether the runtime waits for the container";
constexpr std::string_view kSelect = "which containers are shown or reached";
constexpr std::string_view kDescriptors = "descriptors of the caller's own, which engines do not pass";
constexpr std::string_view kWhole = "the whole call is guarded";
constexpr std::string_view kIgnored = "ignored by runc since 1.0, by crun on cgroup v2";

// crun's `disabled` runs a container in no cgroup of its own: no limit and no device rule would hold.
constexpr std::array kGlobal{
    Flag{"debug", 0, kNothing, kHarmless, kOutput, "", true},
    Flag{"log", 0, kValue, kHarmless, kOutput, "", true},
    Flag{"log-format", 0, kValue, kHarmless, kOutput, "", true},
    Flag{"log-level", 0, kValue, kHarmless, kOutput},
    Flag{"root", 0, kValue, kHarmless, "where the runtime's state lies", "", true},
    Flag{"criu", 0, kValue, kHarmless, "a program that only checkpoint and restore run, which are guarded",
         "", true},
    Flag{"systemd-cgroup", 0, kNothing, kHarmless, "who makes the cgroup; its limits are the same", "", true},
    Flag{"cgroup-manager", 0, kValue, kGuarded, "`disabled` makes no cgroup, so that no limit holds",
         "cgroupfs systemd"},
    Flag{"rootless", 0, kValue, kGuarded, "`true` lets cgroups fail in silence, so that no limit holds",
         "auto false", true},
    Flag{"help", 'h', kNothing, kHarmless, kOutput},
    Flag{"", '?', kNothing, kHarmless, kOutput},
    Flag{"usage", 0, kNothing, kHarmless, kOutput},
    Flag{"version", 'v', kNothing, kHarmless, kOutput},
    Flag{"", 'V', kNothing, kHarmless, kOutput},
};

// crun's -? and --usage are missing on purpose. To runc's next minor -? is the container's id, as is all that begins
// with a dash and no letter; and runc 1.1.5 of Debian takes `create --usage --` for the container "--usage".
constexpr std::array kHelp{Flag{"help", 'h', kNothing, kHarmless, kOutput}};

constexpr std::string_view kPivot =
    "without pivot_root a container with CAP_SYS_CHROOT or CAP_SYS_ADMIN can leave its root";
constexpr std::string_view kKeyring = "the container would share the session keyring of the caller";

constexpr std::array kRun{
    Flag{"bundle", 'b', kValue, kHarmless, kWhere},
    Flag{"config", 'f', kValue, kHarmless, kWhere},
    Flag{"console-socket", 0, kValue, kHarmless, kSocket},
    Flag{"pidfd-socket", 0, kValue, kHarmless, kSocket},
    Flag{"pid-file", 0, kValue, kHarmless, kPidFile},
    Flag{"no-pivot", 0, kNothing, kGuarded, kPivot, "false"},
    Flag{"no-new-keyring", 0, kNothing, kGuarded, kKeyring, "false"},
    Flag{"preserve-fds", 0, kValue, kHarmless, kDescriptors},
    Flag{"no-subreaper", 0, kNothing, kHarmless, "who reaps orphans on the host's side"},
    Flag{"detach", 'd', kNothing, kHarmless, kDetach},
    Flag{"keep", 0, kNothing, kHarmless, "whether the state is kept when the container ends"},
};

// runc reads config.json again and adds these (exec_flags.h); `--process` stands for all of them.
constexpr std::array kExec{
    Flag{"process", 'p', kValue, kHarmless, kWhere},
    Flag{"console-socket", 0, kValue, kHarmless, kSocket},
    Flag{"pidfd-socket", 0, kValue, kHarmless, kSocket},
    Flag{"cwd", 0, kValue, kOwned, "command"},
    Flag{"env", 'e', kValue, kOwned, "command", "", false, true},
    Flag{"tty", 't', Takes::optional, kOwned, "command"},
    Flag{"user", 'u', kValue, kOwned, "user"},
    Flag{"additional-gids", 'g', kValue, kOwned, "user", "", false, true},
    Flag{"detach", 'd', kNothing, kHarmless, kDetach},
    Flag{"pid-file", 0, kValue, kHarmless, kPidFile},
    Flag{"process-label", 0, kValue, kOwned, "selinux"},
    Flag{"apparmor", 0, kValue, kOwned, "apparmor"},
    Flag{"no-new-privs", 0, kNothing, kOwned, "no_new_privileges"},
    Flag{"cap", 'c', kValue, kOwned, "capabilities", "", false, true},
    Flag{"preserve-fds", 0, kValue, kHarmless, kDescriptors},
    Flag{"cgroup", 0, kValue, kGuarded, "the process would run in a cgroup of the caller's choice", "", false,
         true},
    Flag{"ignore-paused", 0, kNothing, kHarmless, "the process starts in a frozen cgroup and waits there"},
    Flag{"no-subreaper", 0, kNothing, kHarmless, kIgnored},
};

constexpr std::string_view kRdt = "cache and memory bandwidth stand in no resources document";

constexpr std::array kUpdate{
    Flag{"resources", 'r', kValue, kHarmless, kWhere},
    Flag{"blkio-weight", 0, kValue, kOwned, "resources"},
    Flag{"cpu-period", 0, kValue, kOwned, "resources"},
    Flag{"cpu-quota", 0, kValue, kOwned, "resources"},
    Flag{"cpu-burst", 0, kValue, kOwned, "resources"},
    Flag{"cpu-share", 0, kValue, kOwned, "resources"},
    Flag{"cpu-rt-period", 0, kValue, kOwned, "resources"},
    Flag{"cpu-rt-runtime", 0, kValue, kOwned, "resources"},
    Flag{"cpu-idle", 0, kValue, kOwned, "resources"},
    Flag{"cpuset-cpus", 0, kValue, kOwned, "resources"},
    Flag{"cpuset-mems", 0, kValue, kOwned, "resources"},
    Flag{"kernel-memory", 0, kValue, kOwned, "resources"},
    Flag{"kernel-memory-tcp", 0, kValue, kOwned, "resources"},
    Flag{"memory", 0, kValue, kOwned, "resources"},
    Flag{"memory-reservation", 0, kValue, kOwned, "resources"},
    Flag{"memory-swap", 0, kValue, kOwned, "resources"},
    Flag{"pids-limit", 0, kValue, kOwned, "pids"},
    Flag{"l3-cache-schema", 0, kValue, kGuarded, kRdt},
    Flag{"mem-bw-schema", 0, kValue, kGuarded, kRdt},
};

constexpr std::array kCheckpoint{
    Flag{"image-path", 0, kValue, kHarmless, kWhole},
    Flag{"work-path", 0, kValue, kHarmless, kWhole},
    Flag{"parent-path", 0, kValue, kHarmless, kWhole},
    Flag{"leave-running", 0, kNothing, kHarmless, kWhole},
    Flag{"tcp-established", 0, kNothing, kHarmless, kWhole},
    Flag{"tcp-skip-in-flight", 0, kNothing, kHarmless, kWhole},
    Flag{"link-remap", 0, kNothing, kHarmless, kWhole},
    Flag{"ext-unix-sk", 0, kNothing, kHarmless, kWhole},
    Flag{"shell-job", 0, kNothing, kHarmless, kWhole},
    Flag{"lazy-pages", 0, kNothing, kHarmless, kWhole},
    Flag{"status-fd", 0, kValue, kHarmless, kWhole},
    Flag{"page-server", 0, kValue, kHarmless, kWhole},
    Flag{"file-locks", 0, kNothing, kHarmless, kWhole},
    Flag{"pre-dump", 0, kNothing, kHarmless, kWhole},
    Flag{"manage-cgroups-mode", 0, kValue, kHarmless, kWhole},
    Flag{"empty-ns", 0, kValue, kHarmless, kWhole, "", false, true},
    Flag{"auto-dedup", 0, kNothing, kHarmless, kWhole},
    Flag{"network-lock", 0, kValue, kHarmless, kWhole},
};

constexpr std::string_view kLsm = "the LSM context of the image would be replaced by the caller's";

constexpr std::array kRestore{
    Flag{"bundle", 'b', kValue, kHarmless, kWhere},
    Flag{"console-socket", 0, kValue, kHarmless, kSocket},
    Flag{"image-path", 0, kValue, kHarmless, kWhole},
    Flag{"work-path", 0, kValue, kHarmless, kWhole},
    Flag{"parent-path", 0, kValue, kHarmless, kWhole},
    Flag{"tcp-established", 0, kNothing, kHarmless, kWhole},
    Flag{"tcp-skip-in-flight", 0, kNothing, kHarmless, kWhole},
    Flag{"link-remap", 0, kNothing, kHarmless, kWhole},
    Flag{"ext-unix-sk", 0, kNothing, kHarmless, kWhole},
    Flag{"shell-job", 0, kNothing, kHarmless, kWhole},
    Flag{"file-locks", 0, kNothing, kHarmless, kWhole},
    Flag{"manage-cgroups-mode", 0, kValue, kHarmless, kWhole},
    Flag{"detach", 'd', kNothing, kHarmless, kDetach},
    Flag{"pid-file", 0, kValue, kHarmless, kPidFile},
    Flag{"no-subreaper", 0, kNothing, kHarmless, "who reaps orphans on the host's side"},
    Flag{"no-pivot", 0, kNothing, kGuarded, kPivot, "false"},
    Flag{"empty-ns", 0, kValue, kHarmless, kWhole, "", false, true},
    Flag{"auto-dedup", 0, kNothing, kHarmless, kWhole},
    Flag{"lazy-pages", 0, kNothing, kHarmless, kWhole},
    Flag{"network-lock", 0, kValue, kHarmless, kWhole},
    Flag{"lsm-profile", 0, kValue, kGuarded, kLsm},
    Flag{"lsm-mount-context", 0, kValue, kGuarded, kLsm},
};

constexpr std::array kKill{
    Flag{"all", 'a', kNothing, kHarmless, kSelect},
    Flag{"regex", 'r', kNothing, kHarmless, kSelect},
};
constexpr std::array kDelete{
    Flag{"force", 'f', kNothing, kHarmless, "whether a running container is killed first"},
    Flag{"regex", 'r', kNothing, kHarmless, kSelect},
};
constexpr std::array kList{
    Flag{"format", 'f', kValue, kHarmless, kOutput},
    Flag{"quiet", 'q', kNothing, kHarmless, kOutput},
};
constexpr std::array kPs{Flag{"format", 'f', kValue, kHarmless, kOutput}};
constexpr std::array kEvents{
    Flag{"interval", 0, kValue, kHarmless, kOutput},
    Flag{"stats", 0, kNothing, kHarmless, kOutput},
};
constexpr std::array kSpec{
    Flag{"bundle", 'b', kValue, kHarmless, kOutput},
    Flag{"file", 'f', kValue, kHarmless, kOutput},
    Flag{"rootless", 0, kNothing, kHarmless, kOutput},
};

constexpr std::array kCommands{
    Command{"create", Class::bundle, Subject::bundle, kRun},
    Command{"run", Class::bundle, Subject::bundle, kRun},
    Command{"exec", Class::process, Subject::process, kExec, Behind::words},
    Command{"update", Class::resources, Subject::resources, kUpdate},
    Command{"start", Class::start, Subject::none, {}},
    Command{"checkpoint", Class::guarded, Subject::none, kCheckpoint},
    Command{"restore", Class::guarded, Subject::bundle, kRestore, Behind::nothing},
    Command{"mounts", Class::guarded, Subject::none, {}},
    Command{"state", Class::none, Subject::none, {}},
    Command{"list", Class::none, Subject::none, kList},
    Command{"ps", Class::none, Subject::none, kPs, Behind::words},
    Command{"events", Class::none, Subject::none, kEvents},
    Command{"kill", Class::none, Subject::none, kKill, Behind::words},
    Command{"delete", Class::none, Subject::none, kDelete},
    Command{"pause", Class::none, Subject::none, {}},
    Command{"resume", Class::none, Subject::none, {}},
    Command{"spec", Class::none, Subject::none, kSpec},
    Command{"features", Class::none, Subject::none, {}},
    Command{"help", Class::none, Subject::none, {}},
    Command{"h", Class::none, Subject::none, {}},
    Command{"version", Class::none, Subject::none, {}},
};

constexpr bool same_flag(const Flag& a, const Flag& b) {
  return (!a.name.empty() && a.name == b.name) || (a.letter != 0 && a.letter == b.letter);
}

constexpr bool sound(std::span<const Flag> flags) {
  for (std::size_t i = 0; i < flags.size(); ++i) {
    if (flags[i].why.empty() || (flags[i].name.empty() && flags[i].letter == 0)) return false;
    for (std::size_t j = i + 1; j < flags.size(); ++j) {
      if (same_flag(flags[i], flags[j])) return false;
    }
    for (const Flag& help : kHelp) {
      if (flags.data() != kGlobal.data() && same_flag(flags[i], help)) return false;
    }
  }
  return true;
}

constexpr bool sound(std::span<const Command> all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].name.empty() || !sound(all[i].flags)) return false;
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      if (all[i].name == all[j].name) return false;
    }
  }
  return true;
}

static_assert(sound(std::span<const Flag>(kGlobal)),
              "names and letters are unique, and each flag has its why");
static_assert(sound(std::span<const Command>(kCommands)),
              "subcommands are unique, and so are their flags, each with its why");

}  // namespace

std::string_view name(Class what) {
  switch (what) {
    case Class::guarded: return "guarded";
    case Class::bundle: return "bundle";
    case Class::process: return "process";
    case Class::resources: return "resources";
    case Class::start: return "start";
    case Class::none: return "none";
  }
  return "guarded";
}

std::span<const Command> commands() { return kCommands; }
std::span<const Flag> global_flags() { return kGlobal; }
std::span<const Flag> help_flags() { return kHelp; }

const Command* find_command(std::string_view word) {
  for (const Command& command : kCommands) {
    if (command.name == word) return &command;
  }
  return nullptr;
}

const Flag* find_flag(std::span<const Flag> flags, std::string_view word) {
  if (word.empty()) return nullptr;
  for (const Flag& flag : flags) {
    if (flag.name == word || (word.size() == 1 && flag.letter == word[0])) return &flag;
  }
  return nullptr;
}

}  // namespace hardened::runtime
