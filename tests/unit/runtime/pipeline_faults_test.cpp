// What goes wrong on the way of a call.
#include "pipeline_fixture.h"

namespace hardened::runtime {
namespace {

// Memory that cannot be had ends the call as a refusal does, and not the program.
TEST_F(PipelineTest, WhatTheLibraryThrowsIsARefusal) {
  class Short : public FakeHost {
   public:
    Result<File> read(const std::string& path, std::size_t most, Links links) override {
      if (path == kBundle) throw std::bad_alloc();
      return FakeHost::read(path, most, links);
    }
  } small;
  furnish(small);
  EXPECT_EQ(run(small, {"hardened-runtime", "--log", kLog, "create", "--bundle", "/run/bundle", "web"}, {}),
            1);
  EXPECT_NE(small.bytes(kLog).value_or("").find("not enough memory"), std::string::npos);
  EXPECT_NE(small.printed().find("not enough memory"), std::string::npos);
}

TEST_F(PipelineTest, ABrokenPolicyStopsWhatGrantsAndNothingElse) {
  host.file(kPolicy, "version: 1\nextends: docker-default\ncontrols: {pids: {maximun: 3}}\n");
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"create", "--bundle", "/run/bundle", "web"},
                                             {"run", "--bundle", "/run/bundle", "web"},
                                             {"update", "--pids-limit", "-1", "web"}}) {
    EXPECT_EQ(call(words), 1) << words[0];
    EXPECT_FALSE(ran()) << words[0];
    EXPECT_NE(told().find("policy.yaml:3:"), std::string::npos) << words[0];
  }
  EXPECT_EQ(call({"exec", "--cap", "CAP_SYS_ADMIN", "web", "sh"}), 255);
  EXPECT_FALSE(ran());
  for (const char* word :
       {"start", "kill", "delete", "state", "ps", "pause", "resume", "list", "events", "features"}) {
    handed_on.clear();
    EXPECT_EQ(call({word, "web"}), 0) << word;
    EXPECT_TRUE(ran()) << word;
  }
}

TEST_F(PipelineTest, WhatGoesWrongBeforeTheHandOffStopsIt) {
  struct Case {
    Operation operation;
    const char* path;
  };
  const std::string grants = "/run/hardened/containers/" + sha256("/run/runc").substr(0, 16);
  const std::vector<std::pair<Operation, std::string>> cases{
      {Operation::read, kPolicy},
      {Operation::read, kBundle},
      {Operation::read, "/proc/sys/kernel/random/boot_id"},
      {Operation::replace, grants + "/web.json"},
      {Operation::replace, kBundle},
  };
  for (const auto& [operation, path] : cases) {
    FakeHost broken;
    broken.file(kPolicy, policy("")).file("/usr/sbin/runc", "elf", {.mode = 0755}).file(kBundle, kWide);
    broken.file("/proc/sys/kernel/random/boot_id", "boot-1\n").symlink("/proc/self/cwd", "/");
    broken.fail(operation, path, Error{Fault::io, "the disk is full"});
    try {
      EXPECT_EQ(run(broken, {"hardened-runtime", "create", "--bundle", "/run/bundle", "web"}, {}), 1) << path;
    } catch (const FakeHost::Executed&) {
      ADD_FAILURE() << "handed on although " << path << " failed";
    }
    EXPECT_EQ(broken.bytes(kBundle), kWide) << path;
    EXPECT_NE(broken.printed().find("the disk is full"), std::string::npos) << path;
  }
}

TEST_F(PipelineTest, ALogThatCannotBeWrittenIsWhatThePolicySays) {
  host.fail(Operation::append, kRecords, Error{Fault::io, "the disk is full"});
  EXPECT_EQ(create(), 0);  // shipped: continue
  EXPECT_TRUE(ran());
  handed_on.clear();
  host.file(kPolicy, policy("decision_log: {path: /var/log/hardened/decisions.jsonl, on_failure: refuse}\n"));
  host.file(kBundle, kWide);
  EXPECT_EQ(create(), 1);
  EXPECT_FALSE(ran());
  EXPECT_EQ(host.bytes(kBundle), kWide);
}

TEST_F(PipelineTest, ABundleThatOthersCanChangeIsRefused) {
  host.file(kBundle, kWide, {.mode = 0646});
  EXPECT_EQ(create(), 1);
  host.file(kBundle, kWide, {.mode = 0644, .uid = 1000});
  EXPECT_EQ(create(), 1);
  host.file(kBundle, kWide);
  host.directory("/run/bundle", {.mode = 0777});
  EXPECT_EQ(create(), 1);
  host.directory("/run/bundle", {.mode = 0755});
  host.symlink("/run/bundle/other.json", kBundle);
  EXPECT_FALSE(ran());
  EXPECT_EQ(create(), 0);
}

TEST_F(PipelineTest, WhatWasDecidedAndDidNotComeToBeIsOnRecord) {
  host.fail(Operation::replace, kBundle, Error{Fault::io, "the disk is full"});
  EXPECT_EQ(create(), 1);
  const std::string lines = recorded();
  EXPECT_LT(lines.find(R"("verdict":"narrowed")"), lines.find(R"("verdict":"fault")"));
  EXPECT_NE(lines.find("the disk is full"), std::string::npos);
}

TEST_F(PipelineTest, ThousandsOfRulesAreRefusedBeforeTheyCostMinutes) {
  std::string rules = R"({"allow":false,"access":"rwm"})";
  for (int i = 0; i < 5000; ++i)
    rules += R"(,{"allow":true,"type":"c","major":)" + std::to_string(i) + R"(,"access":"r"})";
  host.file(
      kBundle,
      R"({"linux":{"namespaces":[{"type":"mount"},{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"}],"resources":{"devices":[)" +
          rules + "]}}}");
  EXPECT_EQ(create(), 1);
  EXPECT_NE(told().find("more than 4096 device rules"), std::string::npos);
  std::string names = R"("x0")";
  for (int i = 0; i < 300; ++i) names += ",\"x" + std::to_string(i) + "\"";
  std::string args = R"({"index":0,"value":1,"op":"SCMP_CMP_EQ"})";
  for (int i = 0; i < 300; ++i) args += R"(,{"index":0,"value":1,"op":"SCMP_CMP_EQ"})";
  host.file(
      kBundle,
      R"({"linux":{"namespaces":[{"type":"mount"},{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"}],"seccomp":{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":[)" +
          names + R"(],"action":"SCMP_ACT_ALLOW","args":[)" + args + "]}]}}}");
  EXPECT_EQ(create(), 1);
  EXPECT_NE(told().find("more than 65536 calls and conditions"), std::string::npos);
}

TEST_F(PipelineTest, ARelativeConfigurationIsReadFromTwoPlaces) {
  host.file("/run/bundle/alt.json", kWide);
  EXPECT_EQ(call({"create", "--bundle", "/run/bundle", "--config", "alt.json", "web"}), 1);
  EXPECT_FALSE(ran());
  EXPECT_EQ(host.bytes("/run/bundle/alt.json"), kWide);
  EXPECT_EQ(call({"create", "--bundle", "/run/bundle", "--config", "/run/bundle/alt.json", "web"}), 0);
  EXPECT_EQ(host.bytes("/run/bundle/alt.json")->find("CAP_SYS_ADMIN"), std::string::npos);
}

}  // namespace
}  // namespace hardened::runtime
