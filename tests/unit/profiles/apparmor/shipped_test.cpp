// What the shipped profiles allow, as compiled policy says it.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>

#include "profiles/apparmor/dfa.h"
#include "profiles/apparmor/template.h"
#include "tests/support/apparmor_parser.h"

namespace hardened::apparmor {
namespace {

constexpr Installed kDebian{.abi3 = true, .abi4 = false, .tunables = true, .base = true};
constexpr std::uint8_t kKill = 9;
constexpr std::uint8_t kTerm = 15;
constexpr std::uint16_t kUnix = 1;
constexpr std::uint16_t kInet = 2;
constexpr std::uint16_t kAlg = 38;
constexpr std::uint16_t kStream = 1;
constexpr std::uint8_t kMountClass = 7;
constexpr std::uint32_t kWrites = file::kWrite | file::kAppend;
// Links are judged with their target: the bit behind a path alone says nothing of them.
constexpr std::uint32_t kChanges = kWrites | file::kLock | file::kExecute;

struct Loaded {
  std::string name;
  Policy policy;
};
Loaded loaded(std::string_view shipped, const Installed& installed) {
  const Template& source = *find_template(shipped);
  const Values values{installed, {"/usr/bin/dockerd"}, false};
  std::string name = profile_name(source, values, "");
  return {name, test::compiled_policy(render(source, name, values).value_or(""))};
}
const Loaded& docker() {
  static const Loaded one = loaded("docker-default", kDebian);
  return one;
}
// As on a host whose /etc/apparmor.d lacks the shared parts.
const Loaded& bare_docker() {
  static const Loaded one = loaded("docker-default", {.abi3 = true});
  return one;
}
const Loaded& ours() {
  static const Loaded one = loaded("hardened-default", kDebian);
  return one;
}

struct Row {
  const char* path;
  std::uint32_t asked;  // any of these
  bool docker;          // allowed by docker-default, as moby documents its rules
  bool hardened;        // allowed by hardened-default
};
constexpr std::array kPaths{
    // What every program does.
    Row{"/bin/sh", file::kExecute | file::kRead | file::kMap, true, true},
    Row{"/etc/passwd", file::kRead | file::kWrite, true, true},
    Row{"/tmp/x", file::kAll & ~file::kExecute, true, true},
    Row{"/dev/null", file::kWrite, true, true},
    Row{"/", file::kRead, true, true},
    // Its own processes.
    Row{"/proc/1/oom_score_adj", file::kWrite, true, true},
    Row{"/proc/4194304/attr/apparmor/current", file::kWrite, true, true},
    Row{"/proc/1/task/1/comm", file::kWrite, true, true},
    Row{"/proc/1/sys/x", file::kWrite, true, true},
    Row{"/proc/cpuinfo", file::kRead, true, true},
    Row{"/proc/sys/kernel/osrelease", file::kRead, true, true},
    // What both take away.
    Row{"/proc/sysrq-trigger", kWrites | file::kRead, false, false},
    Row{"/proc/kcore", file::kRead, false, false},
    Row{"/proc/mtrr", kWrites, false, false},
    Row{"/proc/acpi/x", kWrites, false, false},
    Row{"/proc/irq/1/smp_affinity", kWrites, false, false},
    Row{"/proc/fs/ext4", kWrites, false, false},
    Row{"/proc/sys/vm/overcommit_memory", kWrites, false, false},
    Row{"/proc/sys/net/ipv4/ip_forward", kWrites, false, false},
    Row{"/proc/sys/fs/binfmt_misc/register", kWrites, false, false},
    Row{"/proc/sys/kernel/core_pattern", kWrites, false, false},
    Row{"/proc/sys/kernel/modprobe", kWrites, false, false},
    Row{"/proc/sys/kernel/ns", kWrites, false, false},
    Row{"/sys/kernel/uevent_helper", kChanges, false, false},
    Row{"/sys/fs/bpf/x", kChanges, false, false},
    Row{"/sys/firmware/efi/vars", kChanges | file::kRead, false, false},
    Row{"/sys/devices/virtual/powercap/intel-rapl/x", file::kRead, false, false},
    Row{"/sys/kernel/security/apparmor/.replace", kChanges | file::kRead, false, false},
    // What is left: shared memory's limits, cgroups, reading of sysfs.
    Row{"/proc/sys/kernel/shmmax", file::kWrite, true, true},
    Row{"/proc/sys/kernel/shm_rmid_forced", file::kWrite, true, true},
    Row{"/sys/fs/cgroup/pids.max", file::kWrite, true, true},
    Row{"/sys/fs/cgroup/a/b", file::kWrite, true, true},
    Row{"/sys/class/net/lo/address", file::kRead, true, true},
    // The gaps of docker-default's patterns: a name passes that shares one letter with the one that is meant.
    Row{"/proc/sys/kernel/sysrq", kWrites, true, false},
    Row{"/proc/sys/kernel/threads-max", kWrites, true, false},
    Row{"/proc/sys/kernel/sem", kWrites, true, false},
    Row{"/proc/sys/kernel/domainname", kWrites, true, false},
    Row{"/proc/sys/kernel/sched_rt_runtime_us", kWrites, true, false},
    Row{"/proc/sys/kernel/softlockup_panic", kWrites, true, false},
    Row{"/proc/sys/kernel/seccomp/actions_logged", kWrites, true, false},
    Row{"/proc/sys/kernel/numa_balancing", kWrites, true, false},
    Row{"/proc/sys/kernel/timer_migration", kWrites, true, false},
    Row{"/proc/sys/kernel/yama/ptrace_scope", kWrites, true, false},
    Row{"/proc/sys/kernel/split_lock_mitigate", kWrites, true, false},
    Row{"/proc/sys/kernel/sysctl_writes_strict", kWrites, true, false},
    Row{"/proc/sys/keys/x", kWrites, true, false},
    Row{"/proc/bus/pci/00/00.0", kWrites, true, false},
    Row{"/sys/fs/x", kChanges, true, false},
    Row{"/sys/fs/cgr/x", kChanges, true, false},
};

class ShippedPaths : public testing::TestWithParam<Row> {};
INSTANTIATE_TEST_SUITE_P(AppArmor, ShippedPaths, testing::ValuesIn(kPaths));

// Allowed means all that was asked, denied means none of it: nothing lies between in these rows.
TEST_P(ShippedPaths, AsTheRowSays) {
  const Row& row = GetParam();
  EXPECT_EQ(docker().policy.files.path(row.path) & row.asked, row.docker ? row.asked : 0) << row.path;
  EXPECT_EQ(ours().policy.files.path(row.path) & row.asked, row.hardened ? row.asked : 0) << row.path;
}

TEST(AppArmorShipped, HardenedStandsBelowDockerForEveryPath) {
  for (const Loaded* wider : {&docker(), &bare_docker()}) {
    const Excess excess = first_excess(ours().policy.files, wider->policy.files, Inputs::paths);
    EXPECT_FALSE(excess.found) << excess.input << " " << excess.bits;
  }
  EXPECT_TRUE(first_excess(docker().policy.files, ours().policy.files, Inputs::paths).found);
}

// Under one name, since each names itself as peer.
TEST(AppArmorShipped, HardenedStandsBelowDockerForEveryPeerAndSocket) {
  const Template& source = *find_template("hardened-default");
  const Values values{kDebian, {"/usr/bin/dockerd"}, false};
  const std::string text = render(source, profile_name(source, values, ""), values).value_or("");
  for (const Loaded* wider : {&docker(), &bare_docker()}) {
    std::string renamed = text;
    const std::string own = ours().name;
    for (std::size_t at = 0; (at = renamed.find(own, at)) != std::string::npos; at += wider->name.size()) {
      renamed.replace(at, own.size(), wider->name);
    }
    const Excess excess =
        first_excess(test::compiled_policy(renamed).rest, wider->policy.rest, Inputs::bytes);
    EXPECT_FALSE(excess.found) << testing::PrintToString(excess.input) << " " << excess.bits;
  }
}

// An automaton that allows what stands behind one of these words, written by hand.
class Meant {
 public:
  explicit Meant(std::uint32_t allowed) : states_{{1, {}}, {2, {allowed, {}, 2}}} {}
  // Everything behind the word, and the word itself.
  Meant& word(std::string_view text) {
    std::uint32_t state = 1;
    for (const char c : text) state = to(state, c);
    states_[state].allow = states_[2].allow;
    states_[state].otherwise = 2;
    return *this;
  }
  // [1-9][0-9]*/ and everything behind it
  Meant& process_directory() {
    const std::uint32_t digits = ++last_;
    const std::uint32_t slash = ++last_;
    for (char c = '0'; c <= '9'; ++c) {
      if (c != '0') states_[1].next[static_cast<std::uint8_t>(c)] = digits;
      states_[digits].next[static_cast<std::uint8_t>(c)] = digits;
    }
    states_[digits].next['/'] = slash;
    states_[slash].allow = states_[2].allow;
    states_[slash].otherwise = 2;
    return *this;
  }
  [[nodiscard]] Automaton automaton() const { return {states_, 1}; }

 private:
  std::uint32_t to(std::uint32_t state, char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (states_[state].next[byte] == 0) states_[state].next[byte] = ++last_;
    return states_[state].next[byte];
  }
  std::map<std::uint32_t, Automaton::State> states_;
  std::uint32_t last_ = 2;
};

// Of all paths below /proc and /sys, and not of a list: what may be written is what is meant, and that may be.
TEST(AppArmorShipped, HardenedLeavesExactlyWhatIsMeantToBeWritten) {
  constexpr std::uint32_t kOfOwners = file::kWrite | file::kAppend;
  const Automaton proc = Meant(kOfOwners).process_directory().word("sys/kernel/shm").automaton();
  const Automaton sys = Meant(kOfOwners).word("fs/cgroup/").automaton();
  const Automaton& files = ours().policy.files;
  const Excess in_proc = first_excess(files.behind("/proc/"), proc, Inputs::below, kOfOwners);
  EXPECT_FALSE(in_proc.found) << in_proc.input;
  const Excess in_sys = first_excess(files.behind("/sys/"), sys, Inputs::below, kOfOwners);
  EXPECT_FALSE(in_sys.found) << in_sys.input;
  const Excess lost_proc = first_excess(proc, files.behind("/proc/"), Inputs::below, kOfOwners);
  EXPECT_FALSE(lost_proc.found) << lost_proc.input;
  const Excess lost_sys = first_excess(sys, files.behind("/sys/"), Inputs::below, kOfOwners);
  EXPECT_FALSE(lost_sys.found) << lost_sys.input;
  EXPECT_TRUE(first_excess(docker().policy.files.behind("/proc/"), proc, Inputs::below, kOfOwners).found);
  EXPECT_TRUE(first_excess(docker().policy.files.behind("/sys/"), sys, Inputs::below, kOfOwners).found);
}

class BothProfiles : public testing::TestWithParam<std::string_view> {
 protected:
  const Loaded& shipped() const { return GetParam() == "docker-default" ? docker() : ours(); }
};
INSTANTIATE_TEST_SUITE_P(AppArmor, BothProfiles, testing::Values("docker-default", "hardened-default"));

TEST_P(BothProfiles, WhoeverStopsAContainerMay) {
  const Automaton& rest = shipped().policy.rest;
  for (const char* peer : {"unconfined", "runc", "crun", "/usr/bin/dockerd"}) {
    EXPECT_TRUE(rest.signal(kTerm, peer) & rest::kReceive) << peer;
    EXPECT_TRUE(rest.signal(kKill, peer) & rest::kReceive) << peer;
  }
  EXPECT_EQ(rest.signal(kTerm, "/usr/bin/other") & rest::kReceive, 0U);
  EXPECT_EQ(rest.signal(kTerm, "runc") & rest::kSend, 0U);
  EXPECT_EQ(rest.signal(kTerm, "unconfined") & rest::kSend, 0U);
}

TEST_P(BothProfiles, OneContainersTasksReachOneAnotherUnderAStackToo) {
  const Automaton& rest = shipped().policy.rest;
  const std::string& own = shipped().name;
  for (const std::string& peer :
       {own, "custom//&" + own, own + "//&zebra", "a//&" + own + "//&z", own + "//&unconfined"}) {
    EXPECT_EQ(rest.signal(kTerm, peer) & (rest::kSend | rest::kReceive), rest::kSend | rest::kReceive)
        << peer;
    EXPECT_EQ(rest.ptrace(peer) & (rest::kTrace | rest::kTraced), rest::kTrace | rest::kTraced) << peer;
  }
  for (const std::string& peer : {own + "x", own + ".0a", "x" + own, std::string("custom"),
                                  std::string("docker-default"), own + "/x"}) {
    EXPECT_EQ(rest.signal(kTerm, peer) & rest::kSend, 0U) << peer;
    EXPECT_EQ(rest.ptrace(peer) & rest::kTrace, 0U) << peer;
  }
}

TEST_P(BothProfiles, NoCryptographySocketsAndNoMounts) {
  const Automaton& rest = shipped().policy.rest;
  EXPECT_NE(rest.socket(kInet, kStream), 0U);
  EXPECT_NE(rest.socket(kUnix, kStream), 0U);
  for (std::uint16_t type = 1; type <= 5; ++type) EXPECT_EQ(rest.socket(kAlg, type), 0U);
  ASSERT_TRUE(rest.mediates(kMountClass));
  EXPECT_EQ(rest.at(std::string("\x07/mnt", 5) + std::string(1, '\0')), 0U);
}

// The kernel asks every part of a stack and needs the yes of each: no path gets more than either gives.
TEST(AppArmorShipped, AStackAllowsNoMoreThanEither) {
  const Policy custom = test::compiled_policy(
      "abi <abi/3.0>,\nprofile \"custom\" flags=(attach_disconnected) {\n  file,\n  network inet,\n"
      "  deny /root/** w,\n  deny /bin/ping x,\n  deny /usr/bin/top mrwklx,\n}\n");
  const auto stacked = [&](const std::string& path) {
    return custom.files.path(path) & ours().policy.files.path(path);
  };
  EXPECT_EQ(stacked("/root/x") & file::kWrite, 0U);
  EXPECT_EQ(stacked("/bin/ping") & file::kExecute, 0U);
  EXPECT_EQ(stacked("/usr/bin/top") & file::kRead, 0U);
  EXPECT_EQ(stacked("/proc/sysrq-trigger") & kWrites, 0U);
  EXPECT_TRUE(custom.files.path("/proc/sysrq-trigger") & file::kWrite);
  EXPECT_TRUE(ours().policy.files.path("/root/x") & file::kWrite);
  EXPECT_TRUE(stacked("/srv/x") & file::kWrite);
}

TEST(AppArmorShipped, ContainersWithAProfileEachDoNotReachOneAnother) {
  const Template& source = *find_template("hardened-default");
  const Values values{kDebian, {}, false};
  const std::string one = profile_name(source, values, "0a1b2c3d");
  const std::string other = profile_name(source, values, "ffffffff");
  const Policy policy = test::compiled_policy(render(source, one, values).value_or(""));
  EXPECT_NE(policy.rest.ptrace(one) & rest::kTrace, 0U);
  EXPECT_EQ(policy.rest.ptrace(other), 0U);
  EXPECT_EQ(policy.rest.signal(kTerm, other), 0U);
}

}  // namespace
}  // namespace hardened::apparmor
