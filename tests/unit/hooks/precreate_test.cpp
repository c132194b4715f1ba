#include "hooks/precreate.h"

#include <gtest/gtest.h>

#include <new>
#include <utility>

#include "core/doc/json.h"
#include "hooks/hook.h"
#include "runtime/pipeline.h"
#include "tests/support/fake_host.h"

namespace hardened::hooks {
namespace {

using test::FakeHost;
using test::Operation;

constexpr const char* kPolicy = "/etc/hardened/policy.yaml";
constexpr const char* kRecords = "/var/log/hardened/decisions.jsonl";
constexpr const char* kId = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

// As podman writes it, wider than the policy in its capabilities alone.
std::string asked(const std::string& root = "/var/lib/containers/storage/overlay/1/merged") {
  return R"({"ociVersion":"1.0.2-dev","process":{"args":["sh"],"cwd":"/","user":{"uid":0,"gid":0},)"
         R"("capabilities":{"bounding":["CAP_CHOWN","CAP_SYS_ADMIN"]}},"root":{"path":")" +
         root +
         R"("},"annotations":{"io.container.manager":"libpod","io.hardened.policy":"forged"},)"
         R"("linux":{"cgroupsPath":"machine.slice:libpod:)" +
         kId +
         R"(","namespaces":[{"type":"mount"},{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"}],)"
         R"("resources":{"devices":[{"allow":false,"access":"rwm"}],"pids":{"limit":10}}}})";
}

void furnish(FakeHost& host) {
  host.file(kPolicy, "version: 1\nextends: docker-default\n");
  host.file("/usr/sbin/runc", "elf", {.mode = 0755});
  host.file("/usr/sbin/hardened-runtime", "elf", {.mode = 0755});
  host.file("/usr/sbin/hardened-hook", "elf", {.mode = 0755});
  host.file("/proc/sys/kernel/random/boot_id", "boot-1\n");
  host.symlink("/proc/self/cwd", "/");
  host.machine.limits.fill(Limit{1024, 1024});
}

class PrecreateTest : public testing::Test {
 protected:
  PrecreateTest() { furnish(host); }

  int precreate(const std::string& config, std::vector<std::string> words = {}) {
    host.input(0, config);
    words.insert(words.begin(), {"hardened-hook", "precreate"});
    return run(host, print, words);
  }
  void expect_nothing_granted(const std::string& config, const std::string& why) {
    EXPECT_EQ(precreate(config), 1) << config;
    EXPECT_EQ(out, "") << config;
    EXPECT_NE(host.printed().find(why), std::string::npos) << host.printed();
  }
  [[nodiscard]] std::string recorded() const { return host.bytes(kRecords).value_or(""); }

  FakeHost host;
  std::string out;
  bool closed = false;
  Print print = [this](std::string_view text) -> Done {
    if (closed) return Error{Fault::io, "the pipe is closed"};
    out += text;
    return done();
  };
};

TEST_F(PrecreateTest, WhatIsGrantedGoesToStandardOutput) {
  EXPECT_EQ(precreate(asked()), 0);
  EXPECT_NE(out.find("CAP_CHOWN"), std::string::npos);
  EXPECT_EQ(out.find("CAP_SYS_ADMIN"), std::string::npos);
  EXPECT_EQ(out.find("forged"), std::string::npos);
  EXPECT_NE(out.find("io.hardened.policy"), std::string::npos);
  EXPECT_EQ(out.find("hooks"), std::string::npos);
  EXPECT_EQ(host.printed(), "");
  EXPECT_TRUE(doc::read_json("", out).ok());
}

TEST_F(PrecreateTest, ItIsRecordedWithTheContainersId) {
  EXPECT_EQ(precreate(asked()), 0);
  for (const char* part :
       {R"("call":"precreate")", R"("engine":"podman")", R"("verdict":"narrowed")", kId, "CAP_SYS_ADMIN"})
    EXPECT_NE(recorded().find(part), std::string::npos) << part;
  EXPECT_EQ(recorded().find("without hooks"), std::string::npos);
}

TEST_F(PrecreateTest, HardeningTwiceChangesNothing) {
  EXPECT_EQ(precreate(asked()), 0);
  const std::string once = std::exchange(out, "");
  EXPECT_EQ(precreate(once), 0);
  EXPECT_EQ(out, once);
}

// Then podman calls hardened-runtime: it adds the hooks and grants the rest as it stands.
TEST_F(PrecreateTest, TheRuntimeBehindItGrantsTheSame) {
  EXPECT_EQ(precreate(asked()), 0);
  const std::string once = out;
  host.file("/run/bundle/config.json", once);
  host.remove(kRecords).value();
  const auto handed = test::executes([&] {
    static_cast<void>(runtime::run(host, {"hardened-runtime", "create", "--bundle", "/run/bundle", kId}, {}));
  });
  ASSERT_TRUE(handed) << host.printed();
  const std::string bundle = *host.bytes("/run/bundle/config.json");
  const std::size_t hooks = bundle.find(",\"hooks\":");
  ASSERT_NE(hooks, std::string::npos);
  EXPECT_EQ(bundle.substr(0, hooks) + "}", once);
  EXPECT_NE(recorded().find(R"("verdict":"unchanged")"), std::string::npos) << recorded();
}

TEST_F(PrecreateTest, ARefusalIsSaidAndRecordedAndNothingIsGranted) {
  host.file(kPolicy, "version: 1\nextends: docker-default\ncontrols: {capabilities: {on_excess: refuse}}\n");
  expect_nothing_granted(asked(), "hardened: refused: capabilities: ");
  EXPECT_NE(recorded().find(R"("verdict":"refused")"), std::string::npos);
}

TEST_F(PrecreateTest, WhatCannotBeDecidedIsRefused) {
  for (const char* config : {"", "{", "[]", "null", R"({"process":7})", R"({"root":{"path":7}})",
                             R"({"linux":{"cgroupsPath":7}})", R"({"process":{},"Process":{}})"})
    expect_nothing_granted(config, "hardened: ");
  EXPECT_NE(recorded().find(R"("call":"precreate")"), std::string::npos);
}

TEST_F(PrecreateTest, ARootThatBeginsNobodyKnowsWhereIsRefused) {
  expect_nothing_granted(asked("rootfs"), "podman does not tell");
}

TEST_F(PrecreateTest, WithoutAPolicyNothingIsGranted) {
  host.remove(kPolicy).value();
  expect_nothing_granted(asked(), "policy.yaml");
}

TEST_F(PrecreateTest, APolicyThatOthersCanWriteIsNone) {
  host.file(kPolicy, "version: 1\nextends: docker-default\n", {.mode = 0666});
  expect_nothing_granted(asked(), "policy.yaml");
}

TEST_F(PrecreateTest, StandardInputIsBounded) {
  expect_nothing_granted(std::string(kMostBytes + 1, ' '), "more than");
}

TEST_F(PrecreateTest, WhatCannotBePrintedIsAFailure) {
  closed = true;
  expect_nothing_granted(asked(), "the pipe is closed");
}

TEST_F(PrecreateTest, WhereTheRecordMustBeWrittenItIsWrittenFirst) {
  host.file(kPolicy, "version: 1\nextends: docker-default\ndecision_log: {path: /log, on_failure: refuse}\n");
  host.fail(Operation::append, "/log", Error{Fault::io, "the disk is full"});
  expect_nothing_granted(asked(), "the disk is full");
}

TEST_F(PrecreateTest, MemoryThatCannotBeHadIsARefusal) {
  struct Starved : FakeHost {
    Result<File> read(const std::string& path, std::size_t most, Links links) override {
      if (path == kPolicy) throw std::bad_alloc();
      return FakeHost::read(path, most, links);
    }
  } starved;
  furnish(starved);
  starved.input(0, asked());
  EXPECT_EQ(run(starved, print, {"hardened-hook", "precreate"}), 1);
  EXPECT_EQ(out, "");
  EXPECT_NE(starved.printed().find("refused"), std::string::npos);
}

TEST_F(PrecreateTest, AnotherPolicyIsNamedByTheOption) {
  host.file("/etc/hardened/podman.yaml", "version: 1\nextends: observe\n");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--policy", "/etc/hardened/podman.yaml"},
        std::vector<std::string>{"--policy=/etc/hardened/podman.yaml"}}) {
    EXPECT_EQ(precreate(asked(), words), 0);
    EXPECT_NE(out.find("CAP_SYS_ADMIN"), std::string::npos);
  }
}

TEST_F(PrecreateTest, OtherWordsAreAnError) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--policy"}, std::vector<std::string>{"--policy="},
        std::vector<std::string>{"--policy", "policy.yaml"}, std::vector<std::string>{"/etc/hardened/x.yaml"},
        std::vector<std::string>{"--policy", kPolicy, "more"},
        std::vector<std::string>{"--other", kPolicy}}) {
    EXPECT_EQ(precreate(asked(), words), 1);
    EXPECT_EQ(out, "");
  }
}

TEST_F(PrecreateTest, ARootlessPodmanIsLetPassOrRefused) {
  host.machine.caller = {.uid = 0, .initial_user_namespace = false};
  EXPECT_EQ(precreate(asked()), 0);
  EXPECT_EQ(out, asked());
}

TEST_F(PrecreateTest, ARootlessPodmanIsRefusedWhereThePolicySaysSo) {
  host.machine.caller = {.uid = 1000, .initial_user_namespace = true};
  host.file(kPolicy, "version: 1\nextends: docker-default\nrootless: refuse\n");
  expect_nothing_granted(asked(), "rootless is refuse");
}

TEST(IdOfCgroup, IsThatOfPodmansOwnLastComponent) {
  const std::string id = kId;
  for (const std::string& path :
       {"/libpod_parent/libpod-" + id, "machine.slice:libpod:" + id, "/user.slice/libpod-payload-" + id,
        "/libpod-ffff/libpod-" + id, "libpod-" + id})
    EXPECT_EQ(id_of_cgroup(path), id) << path;
}

TEST(IdOfCgroup, IsNoneOfAnythingElse) {
  const std::string id = kId;
  for (const std::string& path :
       {std::string(), std::string("/"), "/libpod-" + id + "/x", "/" + id, "/libpod-" + id.substr(1),
        "/libpod-" + id + "0", "/docker-" + id, "a:b:libpod:" + id, "/libpod-" + id.substr(1) + "G"})
    EXPECT_EQ(id_of_cgroup(path), "") << path;
}

}  // namespace
}  // namespace hardened::hooks
