// What lies within what: of each control something that is stricter, and that the comparison holds for real requests is
// seen in shipped_test.cpp.
#include "config/most.h"

#include <gtest/gtest.h>

#include <string>

#include "config/load.h"

namespace hardened::config {
namespace {

// Whether a control's rule of the one lies within that of the other.
template <class C>
bool rule_within(const std::string& one, const std::string& other) {
  const auto read = [](const std::string& controls) {
    auto policy =
        parse_policy("policy.yaml", "version: 1\nextends: docker-default\ncontrols: {" + controls + "}\n");
    EXPECT_TRUE(policy.ok()) << controls << ": " << (policy ? "" : policy.error().what);
    return policy ? std::move(policy).value() : Policy{};
  };
  return within(read(one).template rule<C>().ceiling, read(other).template rule<C>().ceiling);
}

struct Pair {
  const char* name;
  bool (*rule_within)(const std::string&, const std::string&);
  const char* lower;
  const char* upper;
};

class Most : public testing::TestWithParam<Pair> {};

TEST_P(Most, TheLowerLiesWithinTheUpperAndNotTheOtherWayRound) {
  const Pair& pair = GetParam();
  EXPECT_TRUE(pair.rule_within(pair.lower, pair.upper));
  EXPECT_FALSE(pair.rule_within(pair.upper, pair.lower));
  EXPECT_TRUE(pair.rule_within(pair.lower, pair.lower));
  EXPECT_TRUE(pair.rule_within(pair.upper, pair.upper));
}

using namespace controls;
INSTANTIATE_TEST_SUITE_P(
    EachControl, Most,
    testing::Values(
        Pair{"Capabilities", rule_within<Capabilities>, "",
             "capabilities: {ceiling: [docker-default, SYS_ADMIN]}"},
        Pair{"NoNewPrivileges", rule_within<NoNewPrivileges>, "no_new_privileges: {required: true}", ""},
        Pair{"Namespaces", rule_within<Namespaces>, "namespaces: {network: own}", ""},
        Pair{"TimeOffsets", rule_within<Namespaces>, "namespaces: {time_offsets: none}", ""},
        Pair{"RunAs", rule_within<User>, "user: {run_as: non-root}", ""},
        Pair{"ProtectedGroups", rule_within<User>, "", "user: {protected_groups: []}"},
        Pair{"SeccompShipped", rule_within<Seccomp>, "seccomp: {profile: strict}", ""},
        Pair{"SeccompArchitectures", rule_within<Seccomp>, "seccomp: {architectures: native}",
             "seccomp: {architectures: requested}"},
        Pair{"AppArmorUnconfined", rule_within<AppArmor>, "", "apparmor: {profile: unconfined}"},
        Pair{"AppArmorProfile", rule_within<AppArmor>, "apparmor: {profile: hardened-default}",
             "apparmor: {profile: docker-default}"},
        Pair{"AppArmorPeers", rule_within<AppArmor>, "apparmor: {peers: container}",
             "apparmor: {peers: shared}"},
        Pair{"Selinux", rule_within<Selinux>, "selinux: {unlabelled: refuse}", "selinux: {unlabelled: pass}"},
        Pair{"Devices", rule_within<Devices>, "", "devices: {allow: [docker-default, c 10:229 rwm]}"},
        Pair{"MountsAllowed", rule_within<Mounts>, "", "mounts: {allow: [/etc]}"},
        Pair{"MountsProtected", rule_within<Mounts>, "", "mounts: {protected: []}"},
        Pair{"Propagation", rule_within<Mounts>, "mounts: {propagation: private}",
             "mounts: {propagation: shared}"},
        Pair{"SystemMounts", rule_within<SystemMounts>, "", "system_mounts: {sysfs: writable}"},
        Pair{"Rootfs", rule_within<Rootfs>, "rootfs: {readonly: required}", ""},
        Pair{"Paths", rule_within<Paths>, "", "paths: {masked: []}"},
        Pair{"Sysctls", rule_within<Sysctls>, "sysctls: {allow: []}", ""},
        Pair{"PidsDefault", rule_within<Pids>, "pids: {default: 64}", ""},
        Pair{"PidsMaximum", rule_within<Pids>, "", "pids: {maximum: unlimited}"},
        Pair{"Memory", rule_within<Resources>, "resources: {memory: {default: 64m, maximum: 1g}}", ""},
        Pair{"Unified", rule_within<Resources>, "", "resources: {unified: [limits, memory.low]}"},
        Pair{"CgroupParents", rule_within<Resources>, "resources: {cgroup_parents: [/docker]}",
             "resources: {cgroup_parents: [/docker, /users]}"},
        Pair{"Rlimits", rule_within<Rlimits>, "rlimits: {nofile: 64}", "rlimits: {nofile: 128}"},
        Pair{"OomScore", rule_within<Scheduling>, "scheduling: {oom_score_adj: 500}", ""},
        Pair{"Realtime", rule_within<Scheduling>, "", "scheduling: {realtime: true}"},
        Pair{"Hooks", rule_within<Hooks>, "hooks: {start_container: refused}", ""},
        Pair{"Annotations", rule_within<Annotations>, "", "annotations: {allow: [\"*\"]}"},
        Pair{"Other", rule_within<Other>, "", "other: {allow: [/linux/intelRdt]}"}),
    [](const auto& pair) { return pair.param.name; });

TEST(MostTold, AnAnnotationThatIsTakenBackIsNotGiven) {
  constexpr const char* kTakes = "annotations: {allow: [\"*\", -a.b.*]}";
  EXPECT_TRUE(rule_within<Annotations>("annotations: {allow: [c.d]}", kTakes));
  EXPECT_FALSE(rule_within<Annotations>("annotations: {allow: [a.b.c]}", kTakes));
  EXPECT_FALSE(rule_within<Annotations>("annotations: {allow: [a.*]}", kTakes));
  EXPECT_TRUE(rule_within<Annotations>("annotations: {allow: [a.*, -a.b.*]}", kTakes));
  EXPECT_FALSE(rule_within<Annotations>("annotations: {allow: [a.*, -a.b.c]}", kTakes));
}

TEST(MostTold, ASettingIsWithinTheBeginningOfItsName) {
  constexpr const char* kAll = "sysctls: {allow: [net.ipv4.*]}";
  constexpr const char* kOne = "sysctls: {allow: [net.ipv4.tcp_fin_timeout]}";
  constexpr const char* kOneValue =
      "sysctls: {allow: [{name: net.ipv4.tcp_fin_timeout, values: [\"10..20\"]}]}";
  EXPECT_TRUE(rule_within<Sysctls>(kOne, kAll));
  EXPECT_FALSE(rule_within<Sysctls>(kAll, kOne));
  EXPECT_TRUE(rule_within<Sysctls>(kOneValue, kOne));
  EXPECT_FALSE(rule_within<Sysctls>(kOne, kOneValue));
}

TEST(MostTold, WhatTheRuntimeItselfHasIsNoNumber) {
  EXPECT_FALSE(rule_within<Rlimits>("rlimits: {nofile: inherited}", "rlimits: {nofile: 128}"));
  EXPECT_FALSE(rule_within<Rlimits>("rlimits: {nofile: 128}", "rlimits: {nofile: inherited}"));
  EXPECT_TRUE(rule_within<Rlimits>("rlimits: {core: 0}", "rlimits: {core: inherited}"));
}

// The files that an engine gives to containers are open below its directory: another one is neither more nor less.
TEST(MostTold, MoreDirectoriesOfEnginesAreNotLess) {
  EXPECT_FALSE(rule_within<Mounts>("mounts: {data_roots: [/root]}", ""));
  EXPECT_FALSE(rule_within<Mounts>("", "mounts: {data_roots: [/root]}"));
}

TEST(MostTold, NoLimitIsAboveWhatTheRuntimeHas) {
  EXPECT_TRUE(rule_within<Rlimits>("rlimits: {nofile: inherited}", "rlimits: {nofile: unlimited}"));
  EXPECT_FALSE(rule_within<Rlimits>("rlimits: {nofile: unlimited}", "rlimits: {nofile: inherited}"));
}

TEST(MostTold, AProfileOfTheHostsIsWithinItselfAlone) {
  EXPECT_FALSE(rule_within<Seccomp>("seccomp: {profile: /etc/hardened/a.json}", ""));
  EXPECT_FALSE(rule_within<Seccomp>("", "seccomp: {profile: /etc/hardened/a.json}"));
}

}  // namespace
}  // namespace hardened::config
