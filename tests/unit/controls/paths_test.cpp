#include "controls/paths.h"

#include <gtest/gtest.h>

#include <string>

#include "controls/lexical.h"
#include "tests/unit/controls/hardening.h"

namespace hardened::controls {
namespace {

const std::string kDefault = "masked: [docker-default]\nreadonly: [docker-default]";
const std::string kOldMasked =
    R"("/proc/asound","/proc/acpi","/proc/kcore","/proc/keys","/proc/latency_stats","/proc/timer_list","/proc/timer_stats","/proc/sched_debug","/proc/scsi","/sys/firmware")";
const std::string kReadonly = R"("/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger")";
const std::string kNamespaces = R"("namespaces":[{"type":"mount"},{"type":"pid"}])";

std::string bundle(const std::string& masked, const std::string& readonly) {
  return R"({"linux":{"maskedPaths":[)" + masked + R"(],"readonlyPaths":[)" + readonly + "]," + kNamespaces +
         "}}";
}

Hardened<Paths> hardened(Host& host, const std::string& json, const std::string& rule = kDefault) {
  auto result = harden<Paths>(host, json, rule);
  EXPECT_TRUE(result.ok()) << (result ? "" : result.error().what);
  return result ? *result : Hardened<Paths>{};
}

TEST(LexicalPaths, AreCleanedWithoutAskingTheFileSystem) {
  EXPECT_EQ(clean_path("/proc//kcore/"), "/proc/kcore");
  EXPECT_EQ(clean_path("/./proc/./kcore/."), "/proc/kcore");
  EXPECT_EQ(clean_path("//"), "/");
  EXPECT_EQ(clean_path("/a..b/..c"), "/a..b/..c");
  for (const std::string path : {"", "proc/kcore", "/proc/x/../kcore", "/..", "./x"})
    EXPECT_FALSE(clean_path(path)) << path;
}

TEST(LexicalPaths, LieInADirectoryComponentByComponent) {
  EXPECT_TRUE(lies_in("/dev/shm", "/dev"));
  EXPECT_TRUE(lies_in("/dev", "/dev"));
  EXPECT_TRUE(lies_in("/dev", "/"));
  EXPECT_FALSE(lies_in("/device", "/dev"));
  EXPECT_FALSE(lies_in("/", "/dev"));
}

TEST(Paths, TodaysDockerPassesByteForByte) {
  test::FakeHost host;
  const std::string today = kOldMasked + R"(,"/proc/interrupts", "/sys/devices/virtual/powercap")";
  const auto result = hardened(host, bundle(today, kReadonly));
  EXPECT_EQ(result.outcome.verdict, Verdict::unchanged);
  EXPECT_EQ(result.text, bundle(today, kReadonly));
}

TEST(Paths, AnOlderDockersListIsCompletedAtItsEndAsADefault) {
  test::FakeHost host;
  const auto result = hardened(host, bundle(kOldMasked + R"(,"/x//y")", kReadonly));
  EXPECT_EQ(result.outcome.verdict, Verdict::narrowed);
  EXPECT_EQ(result.text,
            bundle(kOldMasked + R"(,"/x//y","/proc/interrupts","/sys/devices/virtual/powercap")", kReadonly));
  ASSERT_EQ(result.outcome.changes.size(), 1U);
  EXPECT_TRUE(result.outcome.changes[0].by_default);
  EXPECT_EQ(result.outcome.changes[0].before, "/proc/interrupts and /sys/devices/virtual/powercap visible");
}

TEST(Paths, UnconfinedAndPrivilegedListsAreMadeAndAUsersRequest) {
  for (const std::string lists :
       {"", R"("maskedPaths":null,"readonlyPaths":null,)", R"("maskedPaths":[],"readonlyPaths":[],)"}) {
    test::FakeHost host;
    const auto result = hardened(host, R"({"linux":{)" + lists + kNamespaces + "}}");
    EXPECT_EQ(result.outcome.verdict, Verdict::narrowed);
    for (const std::string path :
         {"/proc/kcore", "/proc/interrupts", "/sys/firmware", "/proc/sysrq-trigger", "/proc/sys"}) {
      EXPECT_NE(result.text.find('"' + path + '"'), std::string::npos) << path;
    }
    ASSERT_EQ(result.outcome.changes.size(), 2U);
    EXPECT_FALSE(result.outcome.changes[0].by_default);
    EXPECT_FALSE(result.outcome.changes[1].by_default);
    EXPECT_NE(result.outcome.changes[0].reason.find("systempaths=unconfined"), std::string::npos);
  }
}

TEST(Paths, OnlyWhatIsMissingIsAdded) {
  test::FakeHost host;
  const auto result = hardened(host, bundle(R"("/proc/kcore/", "/proc//keys")", ""),
                               "masked: [/proc/kcore, /proc/keys, /proc/acpi]\nreadonly: []");
  EXPECT_EQ(result.text, bundle(R"("/proc/kcore/", "/proc//keys","/proc/acpi")", ""));
}

TEST(Paths, AnEntryThatLeadsElsewhereCoversNothing) {
  test::FakeHost host;
  for (const std::string entry : {"proc/kcore", "/a/../proc/kcore", "", "/proc/kcore\\u0000"}) {
    const auto result = hardened(host, bundle('"' + entry + '"', ""), "masked: [/proc/kcore]\nreadonly: []");
    EXPECT_EQ(result.text, bundle('"' + entry + R"(","/proc/kcore")", "")) << entry;
  }
}

TEST(Paths, WithoutAMountNamespaceTheCallIsRefused) {
  test::FakeHost host;
  for (const std::string json :
       {R"({"linux":{}})", R"({"linux":{"namespaces":[{"type":"pid"}]}})", R"({})"}) {
    const auto result = hardened(host, json);
    EXPECT_EQ(result.outcome.verdict, Verdict::refused) << json;
    ASSERT_EQ(result.outcome.changes.size(), 1U);
    EXPECT_NE(result.outcome.changes[0].reason.find("mount namespace"), std::string::npos);
    const auto nothing = hardened(host, json, "masked: []\nreadonly: []");
    EXPECT_EQ(nothing.outcome.verdict, Verdict::unchanged);
  }
}

TEST(Paths, EachCpuThatHasCountersIsMasked) {
  test::FakeHost host;
  const std::string cpus = "/sys/devices/system/cpu/";
  host.directory(cpus + "cpu0/thermal_throttle")
      .directory(cpus + "cpu11/thermal_throttle")
      .directory(cpus + "cpu2");
  host.directory(cpus + "cpufreq/thermal_throttle").directory(cpus + "cpu/thermal_throttle");
  const std::string rule = "masked: [docker-default]\nreadonly: []";
  const std::string today = kOldMasked + R"(,"/proc/interrupts","/sys/devices/virtual/powercap")";
  const auto result = hardened(host, bundle(today, ""), rule);
  EXPECT_EQ(
      result.text,
      bundle(
          today +
              R"(,"/sys/devices/system/cpu/cpu0/thermal_throttle","/sys/devices/system/cpu/cpu11/thermal_throttle")",
          ""));
  const auto again = hardened(host, result.text, rule);
  EXPECT_EQ(again.outcome.verdict, Verdict::unchanged);
  // Only with docker-default.
  const auto own = hardened(host, bundle("", ""), "masked: [/proc/kcore]\nreadonly: []");
  EXPECT_EQ(own.text, bundle(R"("/proc/kcore")", ""));
}

TEST(Paths, AHostThatCannotBeReadIsAnErrorAndNotAHostWithoutCpus) {
  test::FakeHost host;
  host.directory("/sys/devices/system/cpu/cpu0/thermal_throttle");
  host.fail(test::Operation::list, "/sys/devices/system/cpu", {Fault::io, "permission denied"});
  EXPECT_FALSE(harden<Paths>(host, bundle("", ""), kDefault).ok());
}

TEST(Paths, MalformedListsAreErrors) {
  test::FakeHost host;
  for (const std::string list : {R"("/proc/kcore")", "{}", "[1]", "[null]"}) {
    EXPECT_FALSE(harden<Paths>(host, R"({"linux":{"maskedPaths":)" + list + "}}", kDefault).ok()) << list;
    EXPECT_FALSE(harden<Paths>(host, R"({"linux":{"readonlyPaths":)" + list + "}}", kDefault).ok()) << list;
  }
}

TEST(Paths, AnExecAndAnUpdateHaveNone) {
  EXPECT_FALSE(takes_part<Paths>(Scope::process));
  EXPECT_FALSE(takes_part<Paths>(Scope::resources));
}

TEST(PathsRule, SaysAllThatIsWrongAndRefusesEverything) {
  const doc::Document policy =
      *doc::read_yaml("policy.yaml", "masked: [docker-defaut, proc/x, /proc//y, /, /a/../b]\nreadonly: 5");
  doc::Diagnostics wrong;
  const auto ceiling = Paths::parse(Rule(doc::Cursor(policy, policy.root), std::nullopt), wrong);
  EXPECT_TRUE(ceiling.masked.everything());
  EXPECT_TRUE(ceiling.readonly.everything());
  EXPECT_EQ(wrong.errors().size(), 6U);
  EXPECT_NE(wrong.errors()[0].what.find("did you mean docker-default?"), std::string::npos);
  EXPECT_NE(wrong.errors()[2].what.find("did you mean /proc/y?"), std::string::npos);
  EXPECT_FALSE(ceiling_of<Paths>("masked: []").ok());
  const Outcome<PathsGrant> outcome =
      Paths::narrow({Cover<std::string>({"/x"}), Cover<std::string>({"/x"})}, ceiling, {true, {}}, {});
  EXPECT_EQ(outcome.verdict, Verdict::refused);
}

}  // namespace
}  // namespace hardened::controls
