// What `status` says of today's policy.
#include "runtime/meets.h"
#include "tests/unit/ctl/status_fixture.h"

namespace hardened::ctl {
namespace {

using runtime::kBundle;
using runtime::kPolicy;
using runtime::policy;

TEST_F(Status, OfAnOlderPolicyIsSaidWhatTodaysWouldTakeAway) {
  hold(running);
  host.file(kPolicy, policy("controls: {paths: {masked: [], readonly: []}, seccomp: {on_excess: observe},"
                            " pids: {default: 50, maximum: 50}, capabilities: {on_excess: refuse, ceiling: "
                            "[docker-default, -MKNOD]}}\n"));
  EXPECT_EQ(status(), 0);
  EXPECT_TRUE(prints("older policy")) << screen.out;
  EXPECT_TRUE(prints("would refuse capabilities (CAP_MKNOD), and")) << screen.out;
  EXPECT_TRUE(prints("narrow pids (100 to 50)")) << screen.out;
  const doc::Document said = json();
  EXPECT_EQ(doc::resolve(said.root, "/containers/0/today/0/verdict")->text(), "refused");
  EXPECT_EQ(doc::resolve(said.root, "/containers/0/today/1/changes/0/granted")->text(), "50");
}

TEST_F(Status, AnotherPolicyThatGrantsTheSameIsNoOlderOne) {
  hold(running);
  host.file(kPolicy, policy(kRules) + "# another\n");
  EXPECT_EQ(status(), 0);
  EXPECT_TRUE(prints("1 container: 1 as granted\n")) << screen.out;
  EXPECT_FALSE(prints("today's policy")) << screen.out;
  const doc::Document said = json();
  EXPECT_TRUE(doc::resolve(said.root, "/containers/0/older_policy")->truth());
  EXPECT_EQ(doc::resolve(said.root, "/containers/0/note")->text(), "today's policy would grant the same");
}

// The text of the policy, and so its id, is the same; what it names is not.
TEST_F(Status, OfTheSamePolicyIsSaidWhatAnotherProfileWouldTakeAway) {
  const std::string profile = "/etc/hardened/seccomp.json";
  host.file(profile, R"({"defaultAction":"SCMP_ACT_ALLOW"})");
  std::string asked = test::kGranted;
  asked.replace(asked.find(R"(["read"])"), 8, R"(["read","ptrace"])");
  hold(running,
       policy("controls: {paths: {masked: [], readonly: []}, seccomp: {profile: " + profile + "}}\n"), asked);
  EXPECT_EQ(status(), 0);
  EXPECT_TRUE(prints("1 container: 1 as granted\n")) << screen.out;
  host.file(profile, R"({"defaultAction":"SCMP_ACT_ALLOW","syscalls":[)"
                     R"({"names":["ptrace"],"action":"SCMP_ACT_ERRNO"}]})");
  EXPECT_EQ(status(), 0);
  EXPECT_TRUE(prints("1 container: 1 older policy\n")) << screen.out;
  EXPECT_TRUE(prints("would narrow seccomp")) << screen.out;
  const doc::Document said = json();
  EXPECT_FALSE(doc::resolve(said.root, "/containers/0/older_policy")->truth());
  EXPECT_EQ(doc::resolve(said.root, "/containers/0/today/0/control")->text(), "seccomp");
}

TEST_F(Status, OfTheSamePolicyIsSaidThatAGroupIsProtectedNow) {
  std::string asked = test::kGranted;
  asked.insert(asked.find(R"("capabilities")"), R"("user":{"uid":0,"gid":0,"additionalGids":[998]},)");
  hold(running, policy(kRules), asked);
  EXPECT_EQ(status(), 0);
  EXPECT_TRUE(prints("1 container: 1 as granted\n")) << screen.out;
  host.file("/etc/group", "docker:x:998:\n");
  EXPECT_EQ(status(), 0);
  EXPECT_TRUE(prints("1 container: 1 older policy\n")) << screen.out;
  EXPECT_TRUE(prints("would narrow user (group 998 (docker))")) << screen.out;
}

TEST_F(Status, OfTheSamePolicyIsSaidThatWhatItNamesIsGone) {
  const std::string profile = "/etc/hardened/seccomp.json";
  host.file(profile, R"({"defaultAction":"SCMP_ACT_ALLOW"})");
  hold(running,
       policy("controls: {paths: {masked: [], readonly: []}, seccomp: {profile: " + profile + "}}\n"));
  ASSERT_TRUE(host.remove(profile).ok());
  EXPECT_EQ(status(), 0);
  EXPECT_TRUE(prints("what today's policy would grant cannot")) << screen.out;
  running.pids_max = "max\n";
  running.put(host);
  EXPECT_EQ(status(), 1);
  EXPECT_TRUE(prints("above its grant")) << screen.out;
  EXPECT_TRUE(prints("what today's policy would grant cannot")) << screen.out;
}

// What a create worked out is of use; it is not for a look to mend it, or to make a place for it.
TEST_F(Status, WhatCreatesKeepForEachOtherIsLeftAsItIs) {
  host.file("/etc/hardened/seccomp.json", R"({"defaultAction":"SCMP_ACT_ALLOW"})");
  hold(running, policy("controls: {paths: {masked: [], readonly: []},"
                       " seccomp: {profile: /etc/hardened/seccomp.json}}\n"));
  const std::string directory(runtime::kMeetDirectory);
  const std::vector<std::string> names = host.list(directory, 99).value();
  ASSERT_EQ(names.size(), 1U);
  host.file(directory + "/" + names[0], "broken", {.mode = 0600});
  const auto before = host.journal();
  EXPECT_EQ(status(), 0);
  EXPECT_TRUE(prints("as granted")) << screen.out;
  EXPECT_EQ(host.bytes(directory + "/" + names[0]), "broken");
  EXPECT_EQ(host.journal(), before);
}

// A tool that lies elsewhere than the runtime knows the hook that this added.
TEST_F(Status, OurOwnHookIsNoReasonOfTodays) {
  host.file("/usr/sbin/hardened-hook", "elf", {.mode = 0755});
  hold(running);
  ASSERT_NE(host.bytes(kBundle)->find("hardened-hook"), std::string::npos);
  host.machine.own_executable = "/opt/tools/hardenedctl";
  host.file(kPolicy, policy(kRules) + "# another\n");
  EXPECT_EQ(status(), 0);
  EXPECT_TRUE(prints("1 container: 1 as granted\n")) << screen.out;
}

TEST_F(Status, APolicyMayBeNamed) {
  hold(running);
  host.file("/p.yaml", policy("controls: {paths: {masked: [], readonly: []}, seccomp: {on_excess: observe},"
                              " pids: {default: 50, maximum: 50}}\n"));
  EXPECT_EQ(status({"--policy", "/p.yaml"}), 0);
  EXPECT_TRUE(prints("narrow pids (100 to 50)")) << screen.out;
}

TEST_F(Status, APolicyThatIsGoneIsSaidAndNoContainerIsToBlame) {
  hold(running);
  ASSERT_TRUE(host.remove(kPolicy).ok());
  EXPECT_EQ(status(), 0);
  EXPECT_TRUE(prints("what today's policy would grant cannot")) << screen.out;
}

}  // namespace
}  // namespace hardened::ctl
