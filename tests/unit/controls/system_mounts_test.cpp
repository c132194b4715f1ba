#include "controls/system_mounts.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/controls/hardening.h"

namespace hardened::controls {
namespace {

const std::string kDefault = "sysfs: read-only\ncgroup: read-only";
const std::string kMapped =
    R"("linux":{"namespaces":[{"type":"user"}],"uidMappings":[{"containerID":0,"hostID":100000,"size":65536}],"gidMappings":[{"containerID":0,"hostID":100000,"size":65536}]},)";

std::string entry(const std::string& type, const std::string& destination, const std::string& options) {
  return R"({"destination":")" + destination + R"(","type":")" + type + R"(","source":"x","options":[)" +
         options + "]}";
}
std::string bundle(const std::string& mounts, const std::string& more = "") {
  return "{" + more + R"("mounts":[)" + mounts + "]}";
}

Hardened<SystemMounts> hardened(const std::string& json, const std::string& rule = kDefault) {
  test::FakeHost host;
  auto result = harden<SystemMounts>(host, json, rule);
  EXPECT_TRUE(result.ok()) << (result ? "" : result.error().what);
  return result ? *result : Hardened<SystemMounts>{};
}

void expect_untouched(const std::string& json, const std::string& rule = kDefault) {
  const auto result = hardened(json, rule);
  EXPECT_EQ(result.outcome.verdict, Verdict::unchanged) << json;
  EXPECT_EQ(result.text, json);
}

void expect_options(const std::string& type, const std::string& destination, const std::string& asked,
                    const std::string& granted) {
  const auto result = hardened(bundle(entry(type, destination, asked)));
  EXPECT_EQ(result.outcome.verdict, asked == granted ? Verdict::unchanged : Verdict::narrowed) << asked;
  EXPECT_EQ(result.text, bundle(entry(type, destination, granted)));
}

const std::string kStrict = R"("nosuid","noexec","nodev","ro")";

TEST(SystemMounts, DockersOwnEntriesPassByteForByte) {
  expect_untouched(bundle(
      entry("proc", "/proc", R"("nosuid","noexec","nodev")") + ", " +
      entry("tmpfs", "/dev", R"("nosuid","strictatime","mode=755","size=65536k")") + "," +
      entry("devpts", "/dev/pts", R"("nosuid","noexec","newinstance","ptmxmode=0666","mode=0620","gid=5")") +
      "," + entry("sysfs", "/sys", kStrict) + "," +
      entry("cgroup", "/sys/fs/cgroup", R"("ro","nosuid","noexec","nodev")") + "," +
      entry("mqueue", "/dev/mqueue", R"("nosuid","noexec","nodev")") + "," +
      entry("tmpfs", "/dev/shm", R"("mode=1777")") + "," +
      entry("bind", "/etc/hosts", R"("rbind","rprivate")")));
  expect_untouched(R"({"mounts":null})");
  expect_untouched("{}");
}

TEST(SystemMounts, PrivilegedsWritableSysfsAndCgroupBecomeReadOnly) {
  const std::string open = R"("nosuid","noexec","nodev")";
  const auto result =
      hardened(bundle(entry("sysfs", "/sys", open) + "," + entry("cgroup", "/sys/fs/cgroup", open)));
  EXPECT_EQ(result.text,
            bundle(entry("sysfs", "/sys", kStrict) + "," + entry("cgroup", "/sys/fs/cgroup", kStrict)));
  ASSERT_EQ(result.outcome.changes.size(), 2U);
  EXPECT_EQ(result.outcome.changes[0].pointer, "/mounts/0");
  EXPECT_EQ(result.outcome.changes[0].before, "sysfs at /sys writable");
  EXPECT_EQ(result.outcome.changes[0].after, "ro");
  EXPECT_NE(result.outcome.changes[0].reason.find("--privileged"), std::string::npos);
}

TEST(SystemMounts, LaterOptionsWin) {
  const std::string strict = R"("nosuid","noexec","nodev")";
  expect_options("cgroup2", "/sys/fs/cgroup", strict + R"(,"ro","rw")", strict + R"(,"ro","ro")");
  expect_options("cgroup2", "/sys/fs/cgroup", strict + R"(,"rw","ro")", strict + R"(,"rw","ro")");
  expect_options("sysfs", "/sys", strict + R"(,"RO")", strict + R"(,"RO","ro")");
  expect_options("sysfs", "/sys", strict + R"(,"ro","rrw")", strict + R"(,"ro","ro")");
  expect_options("sysfs", "/sys", strict + R"(,"rro")", strict + R"(,"rro","ro")");
  expect_options("sysfs", "/sys", strict + R"(,"rw","rro","ro")", strict + R"(,"rw","rro","ro")");
  expect_options("proc", "/proc", R"("nosuid","suid","exec","nodev","rdev")",
                 R"("nosuid","nosuid","noexec","nodev","nodev")");
}

TEST(SystemMounts, AbsentOptionsLeaveEverythingOpen) {
  const auto result = hardened(
      R"({"mounts":[{"destination":"/sys","type":"sysfs"},{"destination":"/proc","type":"proc","options":null}]})");
  EXPECT_EQ(
      result.text,
      R"({"mounts":[{"destination":"/sys","type":"sysfs","options":["ro","nosuid","nodev","noexec"]},{"destination":"/proc","type":"proc","options":["nosuid","nodev","noexec"]}]})");
}

TEST(SystemMounts, EachKindGetsWhatDockerGivesIt) {
  expect_options("mqueue", "/dev/mqueue", "", R"("nosuid","nodev","noexec")");
  expect_options("devpts", "/dev/pts", R"("gid=5")", R"("gid=5","nosuid","noexec")");
  expect_options("tmpfs", "/dev", R"("mode=755")", R"("mode=755","nosuid")");
  expect_options("tmpfs", "/dev/", R"("mode=755")", R"("mode=755","nosuid")");
  expect_options("proc", "proc", R"("hidepid=2")", R"("hidepid=2","nosuid","nodev","noexec")");
}

TEST(SystemMounts, OfOtherEntriesNoByteMoves) {
  for (const std::string& mount :
       {entry("tmpfs", "/tmp", R"("exec","suid")"), entry("sysfs", "/x", R"("rbind","rw")"),
        entry("bind", "/y", R"("bind","rw")"), entry("ext4", "/dev", R"("rw")"),
        entry("Sysfs", "/sys", R"("rw")"), entry("tmpfs", "/sys", R"("rw")")}) {
    expect_untouched(bundle(mount));
  }
}

TEST(SystemMounts, AnOwnUserNamespaceMayWrite) {
  const std::string open = entry("sysfs", "/sys", R"("nosuid","noexec","nodev")") + "," +
                           entry("cgroup", "/sys/fs/cgroup", R"("nosuid","noexec","nodev","rw")") + "," +
                           entry("proc", "/second", R"("nosuid","noexec","nodev")");
  expect_untouched(bundle(open, kMapped));
  // nosuid, nodev and noexec stay.
  EXPECT_EQ(hardened(bundle(entry("sysfs", "/sys", R"("rw")"), kMapped)).text,
            bundle(entry("sysfs", "/sys", R"("rw","nosuid","nodev","noexec")"), kMapped));
}

TEST(SystemMounts, AUserNamespaceOfTheHostsRootIsNone) {
  const std::string ids = R"([{"containerID":0,"hostID":100000,"size":65536}])";
  const std::string root =
      R"([{"containerID":1,"hostID":100000,"size":65535},{"containerID":0,"hostID":0,"size":1}])";
  const auto with = [](const std::string& spaces, const std::string& users, const std::string& groups) {
    return R"("linux":{"namespaces":)" + spaces + R"(,"uidMappings":)" + users + R"(,"gidMappings":)" +
           groups + "},";
  };
  const std::string own = R"([{"type":"user"}])";
  for (const std::string& linux_part :
       {with(own, root, ids), with(own, ids, root), with(own, "[]", ids), with(own, "null", ids),
        with(R"([{"type":"user","path":"/proc/1/ns/user"}])", ids, ids),
        with(R"([{"type":"pid"}])", ids, ids),
        with(own, R"([{"containerID":0,"hostID":4294967295,"size":2}])", ids),
        with(own, R"([{"containerID":0,"size":2}])", ids)}) {
    const auto result = hardened(bundle(entry("sysfs", "/sys", R"("nosuid","noexec","nodev")"), linux_part));
    EXPECT_EQ(result.outcome.verdict, Verdict::narrowed) << linux_part;
  }
  const auto fine = with(R"([{"type":"user","path":""}])", ids, ids);
  expect_untouched(bundle(entry("sysfs", "/sys", R"("nosuid","noexec","nodev")"), fine));
}

TEST(SystemMounts, ThePolicyMayOpenEachOfTheTwo) {
  const std::string open = R"("nosuid","noexec","nodev","rw")";
  expect_untouched(bundle(entry("sysfs", "/sys", open)), "sysfs: writable\ncgroup: read-only");
  expect_untouched(bundle(entry("cgroup", "/sys/fs/cgroup", open)), "sysfs: read-only\ncgroup: writable");
  EXPECT_EQ(hardened(bundle(entry("cgroup", "/sys/fs/cgroup", open)), "sysfs: writable\ncgroup: read-only")
                .outcome.verdict,
            Verdict::narrowed);
}

TEST(SystemMounts, ASecondProcOrSysfsIsRefused) {
  for (const std::string& mount :
       {entry("proc", "/hp", R"("nosuid","noexec","nodev","ro")"), entry("sysfs", "/hs", kStrict),
        entry("proc", "/proc/../x", kStrict), entry("sysfs", "/proc", kStrict)}) {
    const auto result = hardened(bundle(mount));
    EXPECT_EQ(result.outcome.verdict, Verdict::refused) << mount;
    ASSERT_FALSE(result.outcome.changes.empty());
    EXPECT_NE(result.outcome.changes[0].before.find("outside of its place"), std::string::npos);
  }
  expect_untouched(bundle(entry("cgroup", "/cg", kStrict)));
}

TEST(SystemMounts, ARemountIsRefusedWhateverElseItSays) {
  for (const std::string& mount :
       {entry("tmpfs", "/sys", R"("remount","rw")"), entry("bind", "/sys", R"("bind","remount","rw")"),
        entry("sysfs", "/sys", R"("remount",)" + kStrict)}) {
    EXPECT_EQ(hardened(bundle(mount)).outcome.verdict, Verdict::refused) << mount;
    EXPECT_EQ(hardened(bundle(mount, kMapped)).outcome.verdict, Verdict::refused) << mount;
  }
}

// One devtmpfs is the host's /dev; cpuset is cgroup v1 by its old name, with a release_agent of the kernel's choice.
TEST(SystemMounts, AFileSystemOfTheHostsOwnIsRefused) {
  for (const std::string type : {"devtmpfs", "cpuset"}) {
    const std::string mount = entry(type, "/x", kStrict);
    const auto result = hardened(bundle(mount));
    EXPECT_EQ(result.outcome.verdict, Verdict::refused) << mount;
    ASSERT_EQ(result.outcome.changes.size(), 1U);
    EXPECT_EQ(result.outcome.changes[0].before, type + " at /x of the host");
    EXPECT_EQ(hardened(bundle(mount, kMapped)).outcome.verdict, Verdict::refused) << mount;
  }
}

TEST(SystemMounts, AReleaseAgentIsTakenOutWhereverItHides) {
  expect_options("cgroup", "/sys/fs/cgroup",
                 kStrict + R"(,"release_agent=/x","xattr","all,release_agent=/y")", kStrict + R"(,"xattr")");
  expect_options("cgroup", "/sys/fs/cgroup", kStrict + R"(,"name=release","xattr")",
                 kStrict + R"(,"name=release","xattr")");
}

TEST(SystemMounts, MalformedMountsAreErrors) {
  test::FakeHost host;
  for (const std::string mounts : {"{}", "[1]", R"([{"type":1}])", R"([{"destination":[]}])",
                                   R"([{"options":"ro"}])", R"([{"options":[1]}])"}) {
    EXPECT_FALSE(harden<SystemMounts>(host, R"({"mounts":)" + mounts + "}", kDefault).ok()) << mounts;
  }
}

TEST(SystemMountsRule, SaysAllThatIsWrongAndIsReadOnly) {
  const doc::Document policy = *doc::read_yaml("policy.yaml", "sysfs: readonly\ncgroup: true");
  doc::Diagnostics wrong;
  const auto ceiling = SystemMounts::parse(Rule(doc::Cursor(policy, policy.root), std::nullopt), wrong);
  EXPECT_FALSE(ceiling.sysfs_writable || ceiling.cgroup_writable);
  ASSERT_EQ(wrong.errors().size(), 2U);
  EXPECT_NE(wrong.errors()[0].what.find("did you mean read-only?"), std::string::npos);
  EXPECT_FALSE(ceiling_of<SystemMounts>("sysfs: writable").ok());
}

}  // namespace
}  // namespace hardened::controls
