// What the shipped profile means, by facts of our own.
#include <gtest/gtest.h>

#include <map>

#include "tests/unit/profiles/seccomp/corners.h"
#include "tests/unit/profiles/seccomp/shipped.h"

namespace hardened::seccomp {
namespace {

Answer answer_to(const Profile& profile, const std::string& name, std::uint64_t first = 0,
                 std::uint64_t second = 0, Architecture own = Architecture::x86_64) {
  const std::optional<Answer> out = said(profile, own, {own, name, {first, second}});
  EXPECT_TRUE(out) << name;
  return out.value_or(Answer{});
}

TEST(DefaultProfile, DeniesWithEpermWhatItDoesNotName) {
  const Profile profile = resolve(shipped(), kDockerDefault, kPc);
  EXPECT_EQ(profile.fallback, kDenied);
  for (const char* name : {"keyctl", "add_key", "userfaultfd", "kexec_load", "pivot_root", "io_uring_setup",
                           "io_uring_enter", "io_uring_register", "nfsservctl", "swapon"}) {
    EXPECT_EQ(answer_to(profile, name), kDenied) << name;
  }
  for (const char* name : {"read", "openat2", "mknod", "seccomp", "landlock_restrict_self", "socketcall"}) {
    EXPECT_EQ(answer_to(profile, name), kAllowed) << name;
  }
}

TEST(DefaultProfile, ListsTheCompatibleArchitectures) {
  const Profile pc = resolve(shipped(), kDockerDefault, kPc);
  EXPECT_TRUE(pc.own_listed);
  EXPECT_EQ(pc.foreign, (std::vector{Architecture::x86, Architecture::x32}));
  const Profile arm = resolve(shipped(), kDockerDefault, {Architecture::aarch64, {6, 1}});
  EXPECT_EQ(arm.foreign, (std::vector{Architecture::arm}));
  const Profile power = resolve(shipped(), kDockerDefault, {Architecture::ppc64le, {6, 1}});
  EXPECT_FALSE(power.own_listed);
  EXPECT_TRUE(power.foreign.empty());
}

TEST(DefaultProfile, KeepsNamespacesForSysAdmin) {
  const Profile without = resolve(shipped(), kDockerDefault, kPc);
  EXPECT_EQ(answer_to(without, "clone3"), kUnknown);
  EXPECT_EQ(answer_to(without, "clone", 0x11), kAllowed);
  EXPECT_EQ(answer_to(without, "clone", 0x10000000), kDenied);  // CLONE_NEWUSER
  EXPECT_EQ(answer_to(without, "unshare"), kDenied);
  EXPECT_EQ(answer_to(without, "mount"), kDenied);
  const Profile admin = resolve(shipped(), with(kDockerDefault, {"CAP_SYS_ADMIN"}), kPc);
  for (const char* name : {"clone3", "unshare", "mount", "setns", "bpf", "lsm_list_modules"}) {
    EXPECT_EQ(answer_to(admin, name), kAllowed) << name;
  }
  EXPECT_EQ(answer_to(admin, "clone", 0x10000000), kAllowed);
  EXPECT_EQ(answer_to(admin, "reboot"), kDenied);
}

TEST(DefaultProfile, LooksAtTheSecondArgumentOfCloneOnS390) {
  constexpr Architecture kMainframe = Architecture::s390x;
  const Profile profile = resolve(shipped(), kDockerDefault, {kMainframe, {6, 1}});
  EXPECT_EQ(answer_to(profile, "clone", 0x10000000, 0, kMainframe), kAllowed);
  EXPECT_EQ(answer_to(profile, "clone", 0, 0x10000000, kMainframe), kDenied);
  EXPECT_EQ(answer_to(profile, "s390_runtime_instr", 0, 0, kMainframe), kAllowed);
}

TEST(DefaultProfile, BlocksTwoSocketFamiliesOfAllThatAnIntCanBe) {
  const Profile profile = resolve(shipped(), kDockerDefault, kPc);
  std::set<std::uint64_t> families{0x7fffffff, 0x80000000, 0xffffffff};
  for (std::uint64_t family = 0; family < 256; ++family) families.insert(family);
  for (unsigned bit = 8; bit < 32; ++bit) families.insert((std::uint64_t{1} << bit) - 1);
  for (unsigned bit = 8; bit < 32; ++bit) families.insert(std::uint64_t{1} << bit);
  for (const std::uint64_t family : families) {
    const bool blocked = family == 38 || family == 40;  // AF_ALG, AF_VSOCK
    EXPECT_EQ(answer_to(profile, "socket", family), blocked ? kDenied : kAllowed) << family;
  }
}

TEST(DefaultProfile, HasEachSocketFamilyInOneRuleAtMost) {
  const Profile profile = resolve(shipped(), kDockerDefault, kPc);
  std::uint64_t covered = 0;
  for (const Rule& rule : profile.rules) {
    if (rule.names != std::vector<std::string>{"socket"}) continue;
    ASSERT_EQ(rule.conditions.size(), 1U);
    covered += (~rule.conditions[0].value & 0xffffffffU) + 1;
  }
  EXPECT_EQ(covered, 0x100000000U - 2);  // with the test above: disjoint blocks
}

TEST(DefaultProfile, AllowsFivePersonalities) {
  const Profile profile = resolve(shipped(), kDockerDefault, kPc);
  for (const std::uint64_t persona : {0U, 8U, 0x20000U, 0x20008U, 0xffffffffU}) {
    EXPECT_EQ(answer_to(profile, "personality", persona), kAllowed) << persona;
  }
  EXPECT_EQ(answer_to(profile, "personality", 0x40000), kDenied);  // ADDR_NO_RANDOMIZE
}

// What the kernel does not read decides nothing.
TEST(DefaultProfile, LooksAtNoMoreBitsThanTheKernelReads) {
  std::size_t looked = 0;
  for (const DockerRule& rule : shipped().rules) {
    for (const Condition& condition : rule.rule.conditions) {
      for (const std::string& name : rule.rule.names) {
        ++looked;
        if (reads(name, condition.index) == Reads::as_long) continue;
        EXPECT_EQ(condition.op, Compare::masked_equal) << name;
        EXPECT_EQ(condition.value >> 32U, 0U) << name;
      }
    }
  }
  EXPECT_EQ(looked, 34U + 5 + 2);
  const Profile profile = resolve(shipped(), kDockerDefault, kPc);
  for (const std::string name : {"socket", "personality"}) {
    for (const std::uint64_t value : corners(profile.rules, 0)) {
      const Answer low = answer_to(profile, name, value & 0xffffffffU);
      for (const std::uint64_t high : {0x1ULL, 0x80000000ULL, 0xffffffffULL}) {
        EXPECT_EQ(answer_to(profile, name, (high << 32U) | (value & 0xffffffffU)), low) << name << value;
      }
    }
  }
}

TEST(DefaultProfile, AllowsTracingFromLinux48) {
  EXPECT_EQ(answer_to(resolve(shipped(), kDockerDefault, {Architecture::x86_64, {4, 7}}), "ptrace"), kDenied);
  EXPECT_EQ(answer_to(resolve(shipped(), kDockerDefault, {Architecture::x86_64, {4, 8}}), "ptrace"),
            kAllowed);
  EXPECT_EQ(
      answer_to(resolve(shipped(), with(kDockerDefault, {"CAP_SYS_PTRACE"}), {Architecture::x86_64, {3, 10}}),
                "ptrace"),
      kAllowed);
}

using Names = std::set<std::string>;

// The calls that are allowed whatever their arguments are: the ones asked are refused to `clone` where it is not.
Names allowed(Flags bounding, const Machine& machine) {
  const Profile profile = resolve(shipped(), bounding, machine);
  Names out;
  for (const std::string& name : names_in(shipped())) {
    if (answer_to(profile, name, ~std::uint64_t{0}, ~std::uint64_t{0}, machine.architecture) == kAllowed) {
      out.insert(name);
    }
  }
  return out;
}

Names beyond(const Names& more, const Names& less) {
  Names out;
  std::set_difference(more.begin(), more.end(), less.begin(), less.end(), std::inserter(out, out.end()));
  return out;
}

// Which capability opens which calls, from what the kernel demands of each: a call that fails without its capability
// anyway, or that is dangerous enough to be kept for those who have it. capabilities(7) has the reasons.
const std::map<std::string_view, Names>& by_capability() {
  static const std::map<std::string_view, Names> table{
      {"CAP_DAC_READ_SEARCH", {"open_by_handle_at"}},
      {"CAP_SYS_ADMIN",
       {"bpf",
        "clone",
        "clone3",
        "fanotify_init",
        "fsconfig",
        "fsmount",
        "fsopen",
        "fspick",
        "lookup_dcookie",
        "lsm_get_self_attr",
        "lsm_list_modules",
        "lsm_set_self_attr",
        "mount",
        "mount_setattr",
        "move_mount",
        "open_tree",
        "perf_event_open",
        "quotactl",
        "quotactl_fd",
        "setdomainname",
        "sethostname",
        "setns",
        "syslog",
        "umount",
        "umount2",
        "unshare"}},
      {"CAP_SYS_BOOT", {"reboot"}},
      {"CAP_SYS_CHROOT", {"chroot"}},
      {"CAP_SYS_MODULE", {"init_module", "finit_module", "delete_module"}},
      {"CAP_SYS_PACCT", {"acct"}},
      {"CAP_SYS_PTRACE", {"kcmp", "pidfd_getfd", "process_madvise"}},  // and on old kernels ptrace
      {"CAP_SYS_RAWIO", {"ioperm", "iopl"}},
      {"CAP_SYS_TIME", {"clock_settime", "clock_settime64", "settimeofday", "stime"}},
      {"CAP_SYS_TTY_CONFIG", {"vhangup"}},
      {"CAP_SYS_NICE", {"get_mempolicy", "mbind", "set_mempolicy", "set_mempolicy_home_node"}},
      {"CAP_SYSLOG", {"syslog"}},
      {"CAP_BPF", {"bpf"}},
      {"CAP_PERFMON", {"perf_event_open"}},
  };
  return table;
}

TEST(DefaultProfile, OpensWithEachCapabilityJustItsCalls) {
  const Names none = allowed({}, kPc);
  Names all;
  for (const std::string_view capability : kCapabilityNames) {
    const auto row = by_capability().find(capability);
    const Names expected = row == by_capability().end() ? Names{} : row->second;
    EXPECT_EQ(beyond(allowed(with({}, {capability}), kPc), none), expected) << capability;
    EXPECT_EQ(beyond(none, allowed(with({}, {capability}), kPc)), Names{}) << capability;
    all.insert(expected.begin(), expected.end());
  }
  const Flags every((std::uint64_t{1} << kCapabilityNames.size()) - 1);
  EXPECT_EQ(beyond(allowed(every, kPc), none), all);
}

TEST(DefaultProfile, OpensOnEachMachineJustItsCalls) {
  const std::map<Architecture, Names> table{
      {Architecture::x86_64, {"arch_prctl", "modify_ldt"}},
      {Architecture::x32, {"arch_prctl", "modify_ldt"}},
      {Architecture::x86, {"modify_ldt"}},
      {Architecture::aarch64,
       {"arm_fadvise64_64", "arm_sync_file_range", "breakpoint", "cacheflush", "set_tls",
        "sync_file_range2"}},
      {Architecture::arm,
       {"arm_fadvise64_64", "arm_sync_file_range", "breakpoint", "cacheflush", "set_tls",
        "sync_file_range2"}},
      {Architecture::ppc64le, {"swapcontext", "sync_file_range2"}},
      {Architecture::riscv64, {"riscv_flush_icache"}},
      {Architecture::s390, {"s390_pci_mmio_read", "s390_pci_mmio_write", "s390_runtime_instr"}},
      {Architecture::s390x, {"s390_pci_mmio_read", "s390_pci_mmio_write", "s390_runtime_instr"}},
  };
  const Names elsewhere = allowed({}, {Architecture::mips64, {6, 1}});
  for (unsigned i = 0; i < kArchitectureCount; ++i) {
    const auto architecture = static_cast<Architecture>(i);
    const auto row = table.find(architecture);
    const Names expected = row == table.end() ? Names{} : row->second;
    EXPECT_EQ(beyond(allowed({}, {architecture, {6, 1}}), elsewhere), expected) << name(architecture);
  }
}

TEST(DefaultProfile, NamesNoCallTwiceWithoutAReason) {
  std::set<std::string> plain;
  for (const DockerRule& rule : shipped().rules) {
    if (is_filtered(rule) || !rule.rule.conditions.empty()) continue;
    for (const std::string& name : rule.rule.names) EXPECT_TRUE(plain.insert(name).second) << name;
  }
  EXPECT_EQ(plain.size(), 361U);
}

}  // namespace
}  // namespace hardened::seccomp
