// What each control says of a running container: nothing, where it holds what was granted or less, and what is above.
#include <gtest/gtest.h>
#include <linux/magic.h>
#include <sys/sysmacros.h>

#include "controls/all.h"
#include "observing.h"

namespace hardened::controls {
namespace {

const std::string kOwnStatus =
    "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t "
    "\nCapInh:\t0\nCapPrm:\t0\nCapEff:\t0\nCapBnd:\t0\nCapAmb:\t0\n"
    "NoNewPrivs:\t0\n";

TEST_F(ObservedTest, WhatIsAsGrantedHasNoSurplus) {
  EXPECT_EQ(surplus<Capabilities>(), "");
  EXPECT_EQ(surplus<NoNewPrivileges>(), "");
  EXPECT_EQ(surplus<Seccomp>(), "");
  EXPECT_EQ(surplus<Devices>(), "");
  EXPECT_EQ(surplus<SystemMounts>(), "");
  EXPECT_EQ(surplus<Paths>(), "");
  EXPECT_EQ(surplus<Pids>(), "");
  EXPECT_EQ(surplus<Rlimits>(), "");
  EXPECT_EQ(surplus<Rootfs>(), "");
  EXPECT_EQ(surplus<Hooks>(), "");
}

TEST_F(ObservedTest, ACapabilityInAnyOfTheSets) {
  const std::array<std::uint64_t*, 5> sets{&running.status.bounding, &running.status.effective,
                                           &running.status.permitted, &running.status.inheritable,
                                           &running.status.ambient};
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const std::uint64_t before = *sets.at(i);
    *sets.at(i) |= std::uint64_t{1} << 21U;
    put();
    EXPECT_EQ(surplus<Capabilities>(),
              "holds CAP_SYS_ADMIN (" + std::string(CapabilitySets::names.at(i)) + ")");
    *sets.at(i) = before;
  }
  running.status.bounding = running.status.effective = running.status.permitted = 0;  // fewer is no surplus
  put();
  EXPECT_EQ(surplus<Capabilities>(), "");
}

// A non-root user is given a bounding set alone; sudo, or a file with capabilities, raises the others up to it.
TEST_F(ObservedTest, WhatAProgramThatHasBegunMayHaveRaised) {
  const std::string bounding = R"("capabilities":{"bounding":["CAP_CHOWN","CAP_KILL"]},"x":{)";
  const std::string granted = with(R"("capabilities":{)", bounding);
  const std::uint64_t most = 1U | 1U << 5U;
  auto& status = running.status;
  status.bounding = status.permitted = status.effective = status.inheritable = status.ambient = most;
  EXPECT_EQ(surplus<Capabilities>(granted),
            "holds CAP_CHOWN, CAP_KILL (effective, permitted, inheritable, ambient)");
  begun = Begun::running;
  EXPECT_EQ(surplus<Capabilities>(granted), "");
  status.no_new_privileges = 1;
  put();
  EXPECT_EQ(surplus<Capabilities>(granted),
            "holds CAP_CHOWN, CAP_KILL (effective, permitted, inheritable, ambient)");
  status.no_new_privileges = 0;
  status.bounding = status.permitted = most | 1U << 21U;
  put();
  EXPECT_EQ(surplus<Capabilities>(granted), "holds CAP_SYS_ADMIN (bounding, permitted)");
}

TEST_F(ObservedTest, UnderNoNewPrivilegesWhatIsPermittedMayBeMadeInheritable) {
  running.status.no_new_privileges = 1;
  running.status.inheritable = running.status.ambient = running.status.permitted;
  EXPECT_NE(surplus<Capabilities>(), "");
  begun = Begun::running;
  EXPECT_EQ(surplus<Capabilities>(), "");
}

TEST_F(ObservedTest, ACapabilityThatWeDoNotKnowYet) {
  running.status.bounding |= std::uint64_t{1} << 63U;
  EXPECT_NE(surplus<Capabilities>(), "");
}

TEST_F(ObservedTest, NoNewPrivileges) {
  const std::string required = with(R"("rlimits")", R"("noNewPrivileges":true,"rlimits")");
  EXPECT_EQ(surplus<NoNewPrivileges>(required), "runs without no_new_privs");
  running.status.no_new_privileges = 1;
  put();
  EXPECT_EQ(surplus<NoNewPrivileges>(required), "");
  EXPECT_EQ(surplus<NoNewPrivileges>(), "");
}

TEST_F(ObservedTest, NoFilterOrOnlyAStrictOne) {
  const std::string words = "runs without the seccomp filter that it was granted";
  for (const int mode : {0, 1}) {
    running.status.seccomp = mode;
    put();
    EXPECT_EQ(surplus<Seccomp>(), words);
  }
  // Unconfined is the top: whatever there is lies below.
  EXPECT_EQ(
      surplus<Seccomp>(with(R"("seccomp":{"defaultAction":"SCMP_ACT_ERRNO",)", R"("seccomp":null,"x":{)")),
      "");
}

TEST_F(ObservedTest, AFilterThatTheEngineRunsUnderDoesNotCount) {
  put();
  host.file("/proc/self/status", kOwnStatus + "Seccomp:\t2\nSeccomp_filters:\t1\n");
  EXPECT_NE(surplus<Seccomp>(), "");
  running.status.filters = "Seccomp_filters:\t2\n";
  const std::string own = *host.bytes("/proc/self/status");
  put();
  host.file("/proc/self/status", own);
  EXPECT_EQ(surplus<Seccomp>(), "");
}

TEST_F(ObservedTest, AFilterIsFoundWhereNobodyCountsThem) {
  running.status.filters = "";
  EXPECT_EQ(surplus<Seccomp>(), "");
  host.file("/proc/self/status", kOwnStatus + "Seccomp:\t2\n");
  EXPECT_NE(surplus<Seccomp>(), "") << "it may be the engine's own";
}

TEST_F(ObservedTest, AFilterMayComeBehindTheWaitUnderNoNewPrivileges) {
  running.status.seccomp = 0;
  filter_to_come = true;
  EXPECT_NE(surplus<Seccomp>(), "") << "without no_new_privs it is loaded before";
  running.status.no_new_privileges = 1;
  put();
  EXPECT_EQ(surplus<Seccomp>(), "");
  begun = Begun::running;
  EXPECT_NE(surplus<Seccomp>(), "");
  begun = Begun::waiting;
  filter_to_come = false;
  EXPECT_NE(surplus<Seccomp>(), "");
}

TEST_F(ObservedTest, AMountWithoutWhatWasAskedOfIt) {
  const auto changed = [this](const std::string& from, const std::string& to) {
    running.mounts.replace(running.mounts.find(from), from.size(), to);
    put();
    return surplus<SystemMounts>();
  };
  EXPECT_EQ(changed("/sys ro,nosuid", "/sys rw,nosuid"), "") << "the file system itself is read-only";
  EXPECT_EQ(changed("sysfs sysfs ro", "sysfs sysfs rw"), "has mount 2 of its list without ro");
  EXPECT_EQ(changed("/sys rw,nosuid", "/sys ro,nosuid"), "");
  EXPECT_EQ(changed("/cgroup/pids ro,nosuid,", "/cgroup/pids rw,"),
            "has mount 3 of its list without ro, has mount 3 of its list without nosuid");
  EXPECT_EQ(changed("/cgroup/pids rw,", "/cgroup/pids ro,nosuid,"), "");
  EXPECT_EQ(changed("/proc rw,nosuid", "/proc rw"), "has mount 0 of its list without nosuid");
}

TEST_F(ObservedTest, OnlyTheMountOnTopIsSeen) {
  running.mounts += "130 116 0:61 / /sys rw,nosuid,nodev,noexec - sysfs sysfs rw\n";
  EXPECT_EQ(surplus<SystemMounts>(), "has mount 2 of its list without ro");
  running.mounts += "131 130 0:61 / /sys ro,nosuid,nodev,noexec - sysfs sysfs rw\n";
  put();
  EXPECT_EQ(surplus<SystemMounts>(), "");
}

TEST_F(ObservedTest, MountsThatAreNotThereLeaveNothingOpen) {
  running.mounts = "81 75 0:40 / / rw - ext4 /dev/sda rw\n";
  EXPECT_EQ(surplus<SystemMounts>(), "");
}

TEST_F(ObservedTest, AMaskedPathIsNullOrAnEmptyMountOrNotThere) {
  put();
  host.file(inside("/proc/acpi/wakeup"), "");
  EXPECT_EQ(surplus<Paths>(), "shows /proc/acpi");
  put();
  host.file(inside("/proc/keys"), "secret");
  EXPECT_NE(surplus<Paths>().find("shows /proc/acpi and /proc/keys"), std::string::npos);
  host.node(inside("/proc/keys"), Stat::Type::character, makedev(1, 5));  // zero
  EXPECT_NE(surplus<Paths>().find("/proc/keys"), std::string::npos);
  host.symlink(inside("/proc/keys"), "/proc/acpi/wakeup");
  EXPECT_NE(surplus<Paths>().find("/proc/keys"), std::string::npos) << "a link shows what it leads to";
}

// `masked: [/var/run/secrets]` on an image where /var/run leads to /run: the runtime follows, and mountinfo says /run.
TEST_F(ObservedTest, APathBehindALinkIsCoveredWhereTheLinkLeads) {
  const std::string document = with(R"(["/proc/acpi",)", R"(["/var/run/secrets","/proc/acpi",)");
  for (const char* link : {"/run", "../run", "../../../../run"}) {
    put();
    host.symlink(inside("/var/run"), link).directory(inside("/run/secrets")).directory("/run/secrets/ours");
    EXPECT_EQ(surplus<Paths>(document), "shows /var/run/secrets") << link;
    host.file("/proc/4711/mountinfo", running.mounts + "90 112 0:65 / /run/secrets ro - tmpfs tmpfs ro\n");
    EXPECT_EQ(surplus<Paths>(document), "") << link;
    host.file(inside("/run/secrets/key"), "secret");
    EXPECT_EQ(surplus<Paths>(document), "shows /var/run/secrets") << link;
    ASSERT_TRUE(host.remove(inside("/run/secrets/key")).ok());
  }
}

TEST_F(ObservedTest, AReadonlyPathBehindALinkIsReadonlyWhereTheLinkLeads) {
  const std::string document = with(R"(["/proc/sys",)", R"(["/var/run/x","/proc/sys",)");
  put();
  host.symlink(inside("/var/run"), "/run").directory(inside("/run/x"));
  const std::string whole = running.mounts + "90 112 0:65 / / rw - ext4 d rw\n";
  host.file("/proc/4711/mountinfo", whole);
  EXPECT_EQ(surplus<Paths>(document), "can write below /var/run/x");
  host.file("/proc/4711/mountinfo", whole + "91 112 0:65 /x /run/x ro - ext4 d rw\n");
  EXPECT_EQ(surplus<Paths>(document), "");
  host.file("/proc/4711/mountinfo", whole + "91 112 0:65 /x /var/run/x ro - ext4 d rw\n");
  EXPECT_EQ(surplus<Paths>(document), "can write below /var/run/x");
}

TEST_F(ObservedTest, WhereMountsHaveNoNumbersThePathHasToDo) {
  host.machine.numbers_mounts = false;
  EXPECT_EQ(surplus<Paths>(), "");
  host.file(inside("/proc/acpi/wakeup"), "");
  EXPECT_EQ(surplus<Paths>(), "shows /proc/acpi");
}

TEST_F(ObservedTest, AnEmptyDirectoryOnWhichNothingIsMountedIsNotMasked) {
  running.mounts.erase(running.mounts.find("86 113"),
                       running.mounts.find("87 113") - running.mounts.find("86 113"));
  EXPECT_EQ(surplus<Paths>(), "shows /proc/acpi");
}

TEST_F(ObservedTest, AReadonlyPathLiesOnAMountThatIs) {
  running.mounts.replace(running.mounts.find("/proc/sys ro"), 12, "/proc/sys rw");
  EXPECT_EQ(surplus<Paths>(), "can write below /proc/sys");
  running.mounts.replace(running.mounts.find("/proc rw"), 8, "/proc ro");
  put();
  EXPECT_EQ(surplus<Paths>(), "can write below /proc/sys") << "the nearer mount counts";
  put();
  host.directory(inside("/proc/irq"));
  EXPECT_EQ(surplus<Paths>(), "can write below /proc/sys") << "/proc/irq lies on /proc";
}

TEST_F(ObservedTest, ATasksLimit) {
  for (const auto& [held, words] : std::vector<std::pair<std::string, std::string>>{
           {"max\n", "has a pids limit of unlimited instead of 100"},
           {"101\n", "has a pids limit of 101 instead of 100"},
           {"100\n", ""},
           {"1\n", ""},
           {"x\n", "fault: the kernel's pids.max says 'x'"}}) {
    running.pids_max = held;
    put();
    EXPECT_EQ(surplus<Pids>(), words);
  }
}

TEST_F(ObservedTest, TheUnifiedTasksLimitCountsOnVersion2) {
  put();
  host.file("/proc/4711/cgroup", "0::/c\n").file("/sys/fs/cgroup/c/cgroup.procs", "");
  host.file("/sys/fs/cgroup/c/pids.max", "150\n");
  host.machine.file_systems["/sys/fs/cgroup"] = CGROUP2_SUPER_MAGIC;
  const std::string both =
      with(R"("pids":{"limit":100})", R"("pids":{"limit":100},"unified":{"pids.max":"150"})");
  EXPECT_EQ(surplus<Pids>(both), "");
  host.file("/sys/fs/cgroup/c/pids.max", "151\n");
  EXPECT_EQ(surplus<Pids>(both), "has a pids limit of 151 instead of 150");
}

TEST_F(ObservedTest, ALimitAboveBoundsWhatLiesBelow) {
  put();
  host.file("/proc/4711/cgroup", "0::/x.scope/c\n").file("/sys/fs/cgroup/x.scope/c/cgroup.procs", "");
  host.file("/sys/fs/cgroup/x.scope/c/pids.max", "max\n").file("/sys/fs/cgroup/x.scope/pids.max", "100\n");
  host.machine.file_systems["/sys/fs/cgroup"] = CGROUP2_SUPER_MAGIC;
  EXPECT_EQ(surplus<Pids>(), "");
  host.file("/sys/fs/cgroup/x.scope/pids.max", "200\n");
  EXPECT_EQ(surplus<Pids>(), "has a pids limit of 200 instead of 100");
  EXPECT_NE(surplus<Devices>(), "");
  host.machine.device_programs["/sys/fs/cgroup/x.scope"] = 1;
  EXPECT_EQ(surplus<Devices>(), "");
}

TEST_F(ObservedTest, ACgroupIsFoundWhereverItsHierarchyIsMounted) {
  put();
  host.machine.file_systems.clear();
  EXPECT_NE(surplus<Pids>().find("fault: "), std::string::npos);
  host.file("/proc/self/mountinfo", "40 30 0:36 /c /mnt/p rw - cgroup cgroup rw,pids\n");
  host.file("/mnt/p/cgroup.procs", "").file("/mnt/p/pids.max", "7\n");
  EXPECT_EQ(surplus<Pids>(), "");
  host.file("/mnt/p/pids.max", "max\n");
  EXPECT_NE(surplus<Pids>(), "");
}

TEST_F(ObservedTest, WithoutALimitNoCgroupNeedBeThere) {
  put();
  host.file("/proc/4711/cgroup", "0::/nowhere\n");
  EXPECT_EQ(surplus<Pids>(with(R"("pids":{"limit":100})", R"("pids":{"limit":-1})")), "");
  EXPECT_NE(surplus<Pids>(), "");
}

TEST_F(ObservedTest, AHardLimitBindsAndASoftOneDoesNot) {
  running.limit_of_files = "1024                 1048576              ";
  EXPECT_EQ(surplus<Rlimits>(), "has RLIMIT_NOFILE 1024:1048576 instead of 1024:524288");
  running.limit_of_files = "524288               524288               ";
  put();
  EXPECT_EQ(surplus<Rlimits>(), "");
  running.limit_of_files = "unlimited            unlimited            ";
  put();
  EXPECT_EQ(surplus<Rlimits>(), "has RLIMIT_NOFILE unlimited:unlimited instead of 1024:524288");
}

TEST_F(ObservedTest, WhatIsNotAskedForIsInherited) {
  inherited.at(0) = Limit{1000, 1000};
  EXPECT_EQ(surplus<Rlimits>(), "has RLIMIT_CPU 1048576:1048576 instead of 1000:1000");
}

TEST_F(ObservedTest, WhatCannotBeReadIsAFault) {
  for (const char* file : {"status", "mountinfo", "limits", "cgroup"}) {
    FakeHost broken;
    running.put(broken);
    broken.fail(test::Operation::read, std::string("/proc/4711/") + file, Error{Fault::io, "a fault"});
    const auto document = doc::read_json("config.json", test::kGranted);
    const KernelView kernel(broken, {running.process, begun, false, inherited});
    const Spec spec(*document, Scope::bundle);
    const std::string_view name = file;
    EXPECT_EQ(Capabilities::observe(kernel, spec).ok(), name != "status");
    EXPECT_EQ(Paths::observe(kernel, spec).ok(), name != "mountinfo");
    EXPECT_EQ(Rlimits::observe(kernel, spec).ok(), name != "limits");
    EXPECT_EQ(Devices::observe(kernel, spec).ok(), name != "cgroup");
  }
}

// "mixed" says that one of the two complains, and not which.
TEST_F(ObservedTest, OfAMixedStackOursMustEnforce) {
  const std::string ours = "hardened-default-0123456789ab";
  const std::string document =
      with(R"({"process":{)", R"({"process":{"apparmorProfile":"custom//&)" + ours + "\",");
  begun = Begun::running;
  put();
  host.file("/sys/module/apparmor/parameters/enabled", "Y\n");
  host.file("/proc/4711/attr/apparmor/current", "custom//&" + ours + " (mixed)\n");
  EXPECT_NE(surplus<AppArmor>(document).find("and not under"), std::string::npos);
  const std::string kernel = "/sys/kernel/security/apparmor/policy/profiles/" + ours + ".7/sha1";
  host.directory("/run/hardened/apparmor", {.mode = 0700}).file(kernel, "d1\n");
  host.file("/run/hardened/apparmor/" + ours, "hardened apparmor 1\n" + ours + ".7\nsha1\nd1\n",
            {.mode = 0600});
  EXPECT_EQ(surplus<AppArmor>(document), "");
  host.file(kernel, "of the same, complaining\n");
  EXPECT_NE(surplus<AppArmor>(document).find("and not under"), std::string::npos);
  host.file("/proc/4711/attr/apparmor/current", "custom//&" + ours + " (enforce)\n");
  EXPECT_EQ(surplus<AppArmor>(document), "");
}

TEST_F(ObservedTest, TheLabelInForce) {
  put();
  const KernelView kernel(host, {running.process, begun, false, inherited});
  EXPECT_EQ(kernel.label().value(), std::nullopt);
  host.file("/proc/self/attr/apparmor/current", "unconfined\n");
  EXPECT_FALSE(kernel.label().ok()) << "the kernel has it, and whether it is on cannot be seen";
  host.file("/sys/module/apparmor/parameters/enabled", "N\n");
  EXPECT_EQ(kernel.label().value(), std::nullopt);
  host.file("/sys/module/apparmor/parameters/enabled", "Y\n");
  EXPECT_FALSE(kernel.label().ok());
  host.file("/proc/4711/attr/current", "old (complain)\n");
  EXPECT_EQ(kernel.label().value(), (Label{"old", "complain"}));
  host.file("/proc/4711/attr/apparmor/current", "docker-default (enforce)\n");
  EXPECT_EQ(kernel.label().value(), (Label{"docker-default", "enforce"}));
}

}  // namespace
}  // namespace hardened::controls
