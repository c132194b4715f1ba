// A start is verified, and what is created gets our hooks.
#include "pipeline_fixture.h"

namespace hardened::runtime {
namespace {

TEST_F(PipelineTest, AStartIsHandedOnWhenTheContainerHoldsWhatItWasGranted) {
  hold(test::Running{});
  EXPECT_EQ(call({"start", "web"}), 0);
  EXPECT_EQ(handed_on.back(), "web");
  EXPECT_EQ(host.printed(), "");
}

TEST_F(PipelineTest, AStartOfWhatHoldsMoreFailsAndEndsIt) {
  test::Running running;
  running.status.effective |= 1U << 21U;
  hold(running);
  EXPECT_EQ(call({"start", "web"}), 1);
  EXPECT_FALSE(ran());
  EXPECT_TRUE(host.killed(running.process));
  EXPECT_NE(told().find("holds CAP_SYS_ADMIN (effective)"), std::string::npos);
  EXPECT_NE(host.printed().find("holds CAP_SYS_ADMIN (effective)"), std::string::npos);
  EXPECT_NE(recorded().find(R"("call":"start")"), std::string::npos);
  EXPECT_NE(recorded().find(R"("verdict":"above")"), std::string::npos);
}

TEST_F(PipelineTest, AStartReadsNoPolicyAndAFaultOfItsOwnEndsNothing) {
  const test::Running running;
  hold(running);
  host.file(kPolicy, "nonsense: [");
  EXPECT_EQ(call({"start", "web"}), 0);
  handed_on.clear();
  host.fail(Operation::read, "/proc/4711/status", Error{Fault::io, "a fault"});
  EXPECT_EQ(call({"start", "web"}), 1);
  EXPECT_FALSE(ran());
  EXPECT_FALSE(host.killed(running.process));
  for (const char* word : {"kill", "delete", "state"}) {
    handed_on.clear();
    EXPECT_EQ(call({word, "web"}), 0) << word;
    EXPECT_TRUE(ran()) << word;
  }
}

// Of what its AppArmor label is, nobody can tell while it waits.
TEST_F(PipelineTest, AStartLeavesAWatcherBehindBeforeItIsHandedOn) {
  const test::Running running;
  hold(running);
  EXPECT_EQ(call({"start", "web"}), 0);
  EXPECT_TRUE(host.detached.empty());
  std::string granted = *host.bytes(kBundle);
  const std::string digest = sha256(granted);
  granted.insert(granted.find("{\"process\":{") + 12, "\"apparmorProfile\":\"custom\",");
  const std::string path = "/run/hardened/containers/" + sha256("/run/runc").substr(0, 16) + "/web.json";
  std::string record = *host.bytes(path);
  record.replace(record.find(digest), digest.size(), sha256(granted));
  host.file(kBundle, granted).file(path, record, {.mode = 0600});
  EXPECT_EQ(call({"start", "web"}), 0);
  ASSERT_EQ(host.detached.size(), 1U);
  EXPECT_TRUE(ran());
  handed_on.clear();
  host.fail(Operation::detach, "", Error{Fault::io, "no process can be made"});
  EXPECT_EQ(call({"start", "web"}), 1);
  EXPECT_FALSE(ran());
  EXPECT_FALSE(host.killed(running.process));
  EXPECT_NE(told().find("no process can be made"), std::string::npos);
}

TEST_F(PipelineTest, AStartOfWhatIsNotOursIsHandedOn) {
  EXPECT_EQ(call({"start", "nobodys"}), 0);
  EXPECT_TRUE(ran());
  host.machine.caller = {.uid = 1000, .initial_user_namespace = true};
  host.fail(Operation::stat, "", Error{Fault::io, "a fault"});
  EXPECT_NE(call({"start", "web"}), 0);
}

TEST_F(PipelineTest, OurHooksAreAddedWhereTheirProgramStands) {
  EXPECT_EQ(create(), 0);
  EXPECT_EQ(host.bytes(kBundle)->find("hardened-hook"), std::string::npos);
  EXPECT_NE(recorded().find("verified at its start alone"), std::string::npos);
  host.file("/usr/sbin/hardened-hook", "elf", {.mode = 0755}).file(kBundle, kWide).file(kRecords, "");
  EXPECT_EQ(create(), 0);
  const std::string once = *host.bytes(kBundle);
  const auto hook = [](const std::string& word) {
    return R"([{"path":"/usr/sbin/hardened-hook","args":["hardened-hook",")" + word + R"(","/run/runc"])";
  };
  EXPECT_NE(once.find(R"("poststop":)" + hook("poststop")), std::string::npos);
  // What is created is started by a start of ours, and what runs at once by none.
  EXPECT_EQ(once.find("poststart"), std::string::npos);
  EXPECT_EQ(call({"run", "--bundle", "/run/bundle", "web"}), 0);
  EXPECT_NE(host.bytes(kBundle)->find(R"("poststart":)" + hook("poststart")), std::string::npos);
  host.file(kBundle, once);
  EXPECT_EQ(recorded().find("verified at its start alone"), std::string::npos);
  EXPECT_EQ(create(), 0);
  EXPECT_EQ(host.bytes(kBundle), once);
}

TEST_F(PipelineTest, WhatOnlyObservesHasNoHooks) {
  host.file("/usr/sbin/hardened-hook", "elf", {.mode = 0755});
  host.file(kPolicy, "version: 1\nextends: observe\n");
  EXPECT_EQ(create(), 0);
  EXPECT_EQ(host.bytes(kBundle)->find("hardened-hook"), std::string::npos);
}

}  // namespace
}  // namespace hardened::runtime
