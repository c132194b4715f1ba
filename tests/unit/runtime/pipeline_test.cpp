#include "runtime/pipeline.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/sha256.h"
#include "tests/support/fake_host.h"
#include "tests/support/running.h"

namespace hardened::runtime {
namespace {

using test::Effect;
using test::FakeHost;
using test::Operation;

constexpr const char* kPolicy = "/etc/hardened/policy.yaml";
constexpr const char* kBundle = "/run/bundle/config.json";
constexpr const char* kLog = "/run/bundle/log.json";
constexpr const char* kRecords = "/var/log/hardened/decisions.jsonl";

// Wider than the policy in its capabilities alone.
constexpr const char* kWide =
    R"({"ociVersion":"1.0.2","process":{"args":["sh"],"cwd":"/","user":{"uid":0,"gid":0},)"
    R"("capabilities":{"bounding":["CAP_CHOWN","CAP_SYS_ADMIN"]}},"root":{"path":"rootfs"},)"
    R"("linux":{"namespaces":[{"type":"mount"}],"resources":{"devices":[{"allow":false,"access":"rwm"}],)"
    R"("pids":{"limit":10}}}})";

std::string policy(const std::string& changed) { return "version: 1\nextends: docker-default\n" + changed; }

class PipelineTest : public testing::Test {
 protected:
  PipelineTest() { furnish(host); }

  static void furnish(FakeHost& host) {
    host.file(kPolicy, policy(""));
    host.file("/usr/sbin/runc", "elf", {.mode = 0755});
    host.file("/usr/sbin/hardened-runtime", "elf", {.mode = 0755});
    host.file(kBundle, kWide);
    host.file("/proc/sys/kernel/random/boot_id", "boot-1\n");
    host.symlink("/proc/self/cwd", "/");
    host.machine.limits.fill(Limit{1024, 1024});
  }

  int call(std::vector<std::string> words) {
    words.insert(words.begin(), {"hardened-runtime", "--log", kLog, "--log-format", "json"});
    try {
      return run(host, words, {"PATH=/bin"});
    } catch (const FakeHost::Executed& executed) {
      handed_to = executed.path;
      handed_on = executed.arguments;
      return 0;
    }
  }
  int create() { return call({"create", "--bundle", "/run/bundle", "web"}); }

  [[nodiscard]] bool ran() const { return !handed_on.empty(); }
  [[nodiscard]] bool did(Operation operation, const std::string& path) const {
    const auto& journal = host.journal();
    return std::any_of(journal.begin(), journal.end(), [&](const Effect& effect) {
      return effect.operation == operation && effect.path == path;
    });
  }
  [[nodiscard]] std::string told() const { return host.bytes(kLog).value_or(""); }
  [[nodiscard]] std::string recorded() const { return host.bytes(kRecords).value_or(""); }

  // Container `web`, created with what test::Running holds, waits for its start.
  void hold(const test::Running& running) {
    host.file(kBundle, test::kGranted);
    host.file(kPolicy,
              policy("controls: {paths: {masked: [], readonly: []}, seccomp: {on_excess: observe}}\n"));
    host.machine.limits.fill(Limit{1048576, 1048576});
    ASSERT_EQ(create(), 0);
    handed_on.clear();
    running.put(host);
    host.file("/run/runc/web/state.json",
              R"({"id":"web","init_process_pid":4711,"init_process_start":2684327,"x":1})");
    host.node("/run/runc/web/exec.fifo", Stat::Type::fifo);
  }

  FakeHost host;
  std::string handed_to;
  std::vector<std::string> handed_on;
};

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

TEST_F(PipelineTest, ExecsFlagsAreBoundedByADocumentThatTheRuntimeReadsInstead) {
  EXPECT_EQ(create(), 0);
  EXPECT_EQ(call({"exec", "--cap", "CAP_SYS_ADMIN", "web", "id"}), 0);
  ASSERT_EQ(host.memory_files().size(), 1U);
  const auto& [number, file] = *host.memory_files().begin();
  EXPECT_GE(number, 3);
  EXPECT_EQ(file.bytes.find("CAP_SYS_ADMIN"), std::string::npos);
  EXPECT_NE(file.bytes.find("CAP_CHOWN"), std::string::npos);
  EXPECT_NE(file.bytes.find(R"("args":["id"])"), std::string::npos);
  const auto flag = std::find(handed_on.begin(), handed_on.end(), "--process");
  ASSERT_NE(flag, handed_on.end());
  EXPECT_EQ(*(flag + 1), "/proc/self/fd/" + std::to_string(number));
}

TEST_F(PipelineTest, AModestExecStaysAsItIs) {
  EXPECT_EQ(create(), 0);
  const std::string before = recorded();
  EXPECT_EQ(call({"exec", "web", "id"}), 0);
  EXPECT_TRUE(host.memory_files().empty());
  EXPECT_EQ(handed_on.back(), "id");
  EXPECT_EQ(recorded(), before);
}

TEST_F(PipelineTest, ExecsProcessFileIsNarrowedInMemory) {
  EXPECT_EQ(create(), 0);
  host.file("/tmp/runc-process1", R"({"args":["id"],"capabilities":{"bounding":["CAP_SYS_ADMIN"]}})",
            {.mode = 0600});
  EXPECT_EQ(call({"exec", "--process", "/tmp/runc-process1", "--detach", "web"}), 0);
  ASSERT_EQ(host.memory_files().size(), 1U);
  EXPECT_EQ(host.memory_files().begin()->second.bytes, R"({"args":["id"],"capabilities":{"bounding":[]}})");
  EXPECT_EQ(host.bytes("/tmp/runc-process1"),
            R"({"args":["id"],"capabilities":{"bounding":["CAP_SYS_ADMIN"]}})");
}

TEST_F(PipelineTest, WhatCameOnStandardInputIsAlwaysHandedOver) {
  EXPECT_EQ(create(), 0);
  host.input(0, R"({"memory":{"limit":0}})");
  EXPECT_EQ(call({"update", "--resources=-", "web"}), 0);
  ASSERT_EQ(host.memory_files().size(), 1U);
  EXPECT_EQ(host.memory_files().begin()->second.bytes, R"({"memory":{"limit":0}})");
}

TEST_F(PipelineTest, AnUpdateIsNarrowedWhereverItCameFrom) {
  EXPECT_EQ(create(), 0);
  host.input(0, R"({"pids":{"limit":-1}})");
  EXPECT_EQ(call({"update", "--resources", "-", "web"}), 0);
  EXPECT_EQ(host.memory_files().begin()->second.bytes, R"({"pids":{"limit":4096}})");
  EXPECT_EQ(call({"update", "--pids-limit", "-1", "web"}), 0);
  ASSERT_EQ(host.memory_files().size(), 2U);
  EXPECT_EQ(host.memory_files().rbegin()->second.bytes, R"({"pids":{"limit":4096}})");
}

TEST_F(PipelineTest, AContainerWithoutAGrantRecordIsWhatThePolicySays) {
  host.file("/tmp/p", R"({"args":["id"]})", {.mode = 0600});
  EXPECT_EQ(call({"exec", "--process", "/tmp/p", "old"}), 0);
  EXPECT_NE(recorded().find("created without hardened"), std::string::npos);
  handed_on.clear();
  host.file(kPolicy, policy("unmanaged: refuse\n"));
  EXPECT_EQ(call({"exec", "--process", "/tmp/p", "old"}), 255);
  EXPECT_FALSE(ran());
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
      R"("process":{"capabilities":{}},"linux":{"namespaces":[{"type":"mount"}]}})");
  EXPECT_EQ(create(), 0);
  const std::string bundle = *host.bytes(kBundle);
  EXPECT_EQ(bundle.find("forged"), std::string::npos);
  EXPECT_EQ(bundle.find("io.hardened.x"), std::string::npos);
  EXPECT_NE(bundle.find(R"("a":"b")"), std::string::npos);
}

TEST_F(PipelineTest, ARelativeConfigurationIsReadFromTwoPlaces) {
  host.file("/run/bundle/alt.json", kWide);
  EXPECT_EQ(call({"create", "--bundle", "/run/bundle", "--config", "alt.json", "web"}), 1);
  EXPECT_FALSE(ran());
  EXPECT_EQ(host.bytes("/run/bundle/alt.json"), kWide);
  EXPECT_EQ(call({"create", "--bundle", "/run/bundle", "--config", "/run/bundle/alt.json", "web"}), 0);
  EXPECT_EQ(host.bytes("/run/bundle/alt.json")->find("CAP_SYS_ADMIN"), std::string::npos);
}

TEST_F(PipelineTest, AnExecThatCannotBeReadFailsAsExecDoes) {
  EXPECT_EQ(call({"exec", "--frobnicate", "web", "sh"}), 255);
  EXPECT_EQ(call({"create", "--frobnicate", "web"}), 1);
  EXPECT_FALSE(ran());
}

TEST_F(PipelineTest, WhatWasDecidedAndDidNotComeToBeIsOnRecord) {
  host.fail(Operation::replace, kBundle, Error{Fault::io, "the disk is full"});
  EXPECT_EQ(create(), 1);
  const std::string lines = recorded();
  EXPECT_LT(lines.find(R"("verdict":"narrowed")"), lines.find(R"("verdict":"fault")"));
  EXPECT_NE(lines.find("the disk is full"), std::string::npos);
}

TEST_F(PipelineTest, ARuntimeThatLetsCgroupsFailIsGuarded) {
  EXPECT_EQ(call({"--rootless", "auto", "create", "--bundle", "/run/bundle", "web"}), 0);
  handed_on.clear();
  EXPECT_EQ(call({"--rootless=true", "create", "--bundle", "/run/bundle", "web"}), 1);
  EXPECT_FALSE(ran());
}

TEST_F(PipelineTest, ThousandsOfRulesAreRefusedBeforeTheyCostMinutes) {
  std::string rules = R"({"allow":false,"access":"rwm"})";
  for (int i = 0; i < 5000; ++i)
    rules += R"(,{"allow":true,"type":"c","major":)" + std::to_string(i) + R"(,"access":"r"})";
  host.file(kBundle,
            R"({"linux":{"namespaces":[{"type":"mount"}],"resources":{"devices":[)" + rules + "]}}}");
  EXPECT_EQ(create(), 1);
  EXPECT_NE(told().find("more than 4096 device rules"), std::string::npos);
  std::string names = R"("x0")";
  for (int i = 0; i < 300; ++i) names += ",\"x" + std::to_string(i) + "\"";
  std::string args = R"({"index":0,"value":1,"op":"SCMP_CMP_EQ"})";
  for (int i = 0; i < 300; ++i) args += R"(,{"index":0,"value":1,"op":"SCMP_CMP_EQ"})";
  host.file(
      kBundle,
      R"({"linux":{"namespaces":[{"type":"mount"}],"seccomp":{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":[)" +
          names + R"(],"action":"SCMP_ACT_ALLOW","args":[)" + args + "]}]}}}");
  EXPECT_EQ(create(), 1);
  EXPECT_NE(told().find("more than 65536 calls and conditions"), std::string::npos);
}

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
