// What a create is made of, and what is refused.
#include "pipeline_fixture.h"

namespace hardened::runtime {
namespace {

TEST_F(PipelineTest, ACreateIsNarrowedInItsBundleAndHandedOnWithItsOwnWords) {
  EXPECT_EQ(create(), 0);
  EXPECT_EQ(handed_to, "/usr/sbin/runc");
  EXPECT_EQ(handed_on, (std::vector<std::string>{"hardened-runtime", "--log", kLog, "--log-format", "json",
                                                 "create", "--bundle", "/run/bundle", "web"}));
  const std::string bundle = *host.bytes(kBundle);
  EXPECT_EQ(bundle.find("CAP_SYS_ADMIN"), std::string::npos);
  EXPECT_NE(bundle.find("CAP_CHOWN"), std::string::npos);
  EXPECT_NE(bundle.find("io.hardened.policy"), std::string::npos);
  EXPECT_NE(recorded().find("CAP_SYS_ADMIN"), std::string::npos);
  EXPECT_EQ(told(), "");
  EXPECT_EQ(host.printed(), "");
}

TEST_F(PipelineTest, RecordComesFirstThenTheGrantThenTheBundle) {
  EXPECT_EQ(create(), 0);
  std::vector<std::string> order;
  for (const Effect& effect : host.journal()) {
    if (effect.operation == Operation::append || effect.operation == Operation::replace)
      order.push_back(effect.path);
  }
  const std::string grant = "/run/hardened/containers/" + sha256("/run/runc").substr(0, 16) + "/web.json";
  const auto at = [&](const std::string& path) {
    return std::find(order.begin(), order.end(), path) - order.begin();
  };
  EXPECT_LT(at(kRecords), at(grant));
  EXPECT_LT(at(grant), at(kBundle));
  EXPECT_LT(at(kBundle), static_cast<std::ptrdiff_t>(order.size()));
}

TEST_F(PipelineTest, ARefusalIsToldRecordedAndNothingElseHappens) {
  host.file(kPolicy, policy("controls: {capabilities: {on_excess: refuse}}\n"));
  EXPECT_EQ(create(), 1);
  EXPECT_FALSE(ran());
  EXPECT_EQ(host.bytes(kBundle), kWide);
  EXPECT_NE(told().find("CAP_SYS_ADMIN"), std::string::npos);
  EXPECT_NE(told().find("policy.yaml:3"), std::string::npos);
  EXPECT_NE(host.printed().find("CAP_SYS_ADMIN"), std::string::npos);
  EXPECT_NE(recorded().find(R"("verdict":"refused")"), std::string::npos);
}

TEST_F(PipelineTest, ObserveRecordsAndWritesTheMarkAlone) {
  host.file(kPolicy, "version: 1\nextends: observe\n");
  EXPECT_EQ(create(), 0);
  EXPECT_TRUE(ran());
  std::string bundle = *host.bytes(kBundle);
  const std::size_t mark = bundle.find(",\"annotations\":{\"io.hardened.policy\"");
  ASSERT_NE(mark, std::string::npos);
  EXPECT_EQ(bundle.substr(0, mark) + "}", kWide);
  EXPECT_NE(recorded().find("CAP_SYS_ADMIN"), std::string::npos);
}

TEST_F(PipelineTest, HardeningTwiceChangesNothing) {
  EXPECT_EQ(create(), 0);
  const std::string once = *host.bytes(kBundle);
  EXPECT_EQ(create(), 0);
  EXPECT_EQ(host.bytes(kBundle), once);
}

TEST_F(PipelineTest, WhatNoDocumentShowsIsRefusedUnlessThePolicyNamesIt) {
  EXPECT_EQ(call({"checkpoint", "web"}), 1);
  EXPECT_NE(told().find("allowed_calls"), std::string::npos);
  EXPECT_FALSE(ran());
  EXPECT_EQ(call({"frobnicate", "web"}), 1);
  EXPECT_FALSE(ran());
  host.file(kPolicy, policy("allowed_calls: [checkpoint]\n"));
  EXPECT_EQ(call({"checkpoint", "web"}), 0);
  EXPECT_TRUE(ran());
}

TEST_F(PipelineTest, ARootlessEngineIsLetPassOrRefused) {
  host.machine.caller = {.uid = 1000, .initial_user_namespace = true};
  EXPECT_EQ(create(), 0);
  EXPECT_TRUE(ran());
  EXPECT_EQ(host.bytes(kBundle), kWide);
  handed_on.clear();
  host.file(kPolicy, policy("rootless: refuse\n"));
  EXPECT_EQ(create(), 1);
  EXPECT_FALSE(ran());
}

TEST_F(PipelineTest, PrivilegedIsRefusedWhereAHostSaysSo) {
  host.file("/tmp/p",
            R"({"args":["id"],"capabilities":{"bounding":["CAP_SYS_ADMIN","CAP_SYS_MODULE","CAP_SYS_RAWIO",)"
            R"("CAP_SYS_BOOT","CAP_MAC_ADMIN","CAP_NET_ADMIN"]}})",
            {.mode = 0600});
  EXPECT_EQ(call({"exec", "--process", "/tmp/p", "web"}), 0);
  EXPECT_NE(recorded().find(R"("privileged":true)"), std::string::npos);
  handed_on.clear();
  host.file(kPolicy, policy("privileged: {on_excess: refuse}\n"));
  EXPECT_EQ(call({"exec", "--process", "/tmp/p", "web"}), 255);
  EXPECT_FALSE(ran());
}

TEST_F(PipelineTest, AMarkOfTheRequestIsForgedAndTakenOut) {
  host.file(
      kBundle,
      R"({"ociVersion":"1.0.2","annotations":{"io.hardened.policy":"forged","io.hardened.x":"y","a":"b"},)"
      R"("process":{"capabilities":{}},"linux":{"namespaces":[{"type":"mount"},{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"}]}})");
  EXPECT_EQ(create(), 0);
  const std::string bundle = *host.bytes(kBundle);
  EXPECT_EQ(bundle.find("forged"), std::string::npos);
  EXPECT_EQ(bundle.find("io.hardened.x"), std::string::npos);
  EXPECT_NE(bundle.find(R"("a":"b")"), std::string::npos);
}

// --network container:db: the call's --root is where `db` is known.
TEST_F(PipelineTest, ANetworkIsJoinedOfAContainerOfTheSameRootAlone) {
  test::Running db;
  db.process = 700;
  db.put(host);
  std::string joining = kWide;
  joining.insert(joining.find(R"("network"})") + 9, R"(,"path":"/proc/700/ns/net")");
  host.file(kBundle, joining);
  EXPECT_EQ(create(), 1);
  EXPECT_NE(told().find("/proc/700/ns/net (of no container of this engine)"), std::string::npos) << told();
  host.file("/run/other/db/state.json", R"({"id":"db","init_process_pid":700,"init_process_start":2684327})");
  EXPECT_EQ(create(), 1);
  EXPECT_EQ(call({"--root", "/run/other", "create", "--bundle", "/run/bundle", "web"}), 0);
  EXPECT_TRUE(ran());
}

TEST_F(PipelineTest, ARuntimeThatLetsCgroupsFailIsGuarded) {
  EXPECT_EQ(call({"--rootless", "auto", "create", "--bundle", "/run/bundle", "web"}), 0);
  handed_on.clear();
  EXPECT_EQ(call({"--rootless=true", "create", "--bundle", "/run/bundle", "web"}), 1);
  EXPECT_FALSE(ran());
}

// crun leaves the score alone where it is granted as 0, and in an exec that names none (oom_score.h).
TEST_F(PipelineTest, TheRuntimeIsStartedWithTheScoreThatWasGranted) {
  host.file("/proc/self/oom_score_adj", "-998\n");
  EXPECT_EQ(create(), 0);
  EXPECT_TRUE(did(Operation::write_whole, "/proc/self/oom_score_adj"));
  EXPECT_EQ(host.journal().back().operation, Operation::execute);
}

TEST_F(PipelineTest, AScoreThatCannotBeTakenStartsNothing) {
  host.file("/proc/self/oom_score_adj", "-998\n");
  host.fail(Operation::write_whole, "/proc/self/oom_score_adj", Error{Fault::io, "no"});
  EXPECT_EQ(create(), 1);
  EXPECT_FALSE(ran());
}

}  // namespace
}  // namespace hardened::runtime
