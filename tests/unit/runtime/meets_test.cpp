#include "runtime/meets.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/sha256.h"
#include "core/doc/json.h"
#include "runtime/pipeline.h"
#include "tests/support/fake_host.h"

namespace hardened::runtime {
namespace {

using test::FakeHost;
using test::Operation;

constexpr const char* kConfig = "/run/bundle/config.json";
constexpr const char* kUnconfined = R"({"defaultAction":"SCMP_ACT_ALLOW"})";
const std::string kDirectory(kMeetDirectory);

class MeetsTest : public testing::Test {
 protected:
  MeetsTest() {
    for (const char* path : {"/usr/sbin/runc", "/usr/sbin/hardened-runtime"})
      host.file(path, "elf", {.mode = 0755});
    host.file("/proc/sys/kernel/random/boot_id", "boot-1\n");
    host.symlink("/etc/hardened/policy.runtime", "/usr/sbin/runc");
    policy("");
  }

  void policy(const std::string& rule) {
    host.file("/etc/hardened/policy.yaml", "version: 1\nextends: docker-default\n" + rule);
  }
  // The status of a create, and what the bundle says afterwards.
  int create(const std::string& section, const std::string& capability = "CAP_CHOWN") {
    host.file(
        kConfig,
        R"({"ociVersion":"1.0.2","process":{"args":["sh"],"cwd":"/","capabilities":{"bounding":[")" +
            capability + R"("]}},"linux":{"seccomp":)" + section +
            R"(,"namespaces":[{"type":"mount"},{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"}],"resources":{"pids":{"limit":10},)"
            R"("devices":[{"allow":false,"access":"rwm"}]}}})");
    int status = 0;
    const std::vector<std::string> words{"hardened-runtime", "create", "--bundle", "/run/bundle", "web"};
    const bool handed = test::executes([&] { status = run(host, words, {}); }).has_value();
    EXPECT_NE(handed, status == 1);
    return status;
  }
  std::string config() { return host.bytes(kConfig).value_or(""); }
  std::vector<std::string> kept() { return host.list(kDirectory, 9999).value_or({}); }
  // Puts bytes where the only answer stands, as if we had written them.
  void plant(const std::string& bytes) {
    ASSERT_EQ(kept().size(), 1U);
    const std::string key = kept()[0];
    host.file(kDirectory + '/' + key, "hardened meet 1 " + sha256(key + '\n' + bytes) + '\n' + bytes,
              {.mode = 0600});
  }
  std::string answer() {
    const std::string file = host.bytes(kDirectory + '/' + kept().at(0)).value_or("");
    return file.substr(file.find('\n') + 1);
  }
  std::string records() { return host.bytes("/var/log/hardened/decisions.jsonl").value_or(""); }

  FakeHost host;
};

TEST_F(MeetsTest, TheSecondCreateIsTheFirst) {
  EXPECT_EQ(create(kUnconfined), 0);
  const std::string first = config();
  const std::string record = records();
  EXPECT_EQ(kept().size(), 1U);
  EXPECT_NE(record.find("SCMP_ACT_ALLOW"), std::string::npos);
  EXPECT_EQ(create(kUnconfined), 0);
  EXPECT_EQ(config(), first);
  EXPECT_EQ(kept().size(), 1U);
  const std::string again = records().substr(record.size());
  EXPECT_EQ(again.substr(again.find("\"id\"")), record.substr(record.find("\"id\"")));
}

TEST_F(MeetsTest, IsTakenFromTheFileAndNotWorkedOutAnew) {
  create(kUnconfined);
  std::string other = answer();
  const std::string fallback = R"("defaultAction":"SCMP_ACT_ERRNO")";
  const std::size_t at = other.find(fallback);
  ASSERT_NE(at, std::string::npos);
  other.replace(at, fallback.size(), R"("defaultAction":"SCMP_ACT_TRAP")");
  plant(other);
  create(kUnconfined);
  EXPECT_NE(config().find("SCMP_ACT_TRAP"), std::string::npos);
}

TEST_F(MeetsTest, ARequestThatMayPassIsRememberedToo) {
  const std::string modest =
      R"({"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]})";
  create(modest);
  ASSERT_EQ(kept().size(), 1U);
  EXPECT_EQ(answer().find("\"granted\""), std::string::npos);
  const std::string first = config();
  create(modest);
  EXPECT_EQ(config(), first);
}

TEST_F(MeetsTest, IsNoAnswerForOtherCapabilities) {
  create(kUnconfined, "CAP_CHOWN");
  const std::string plain = config();
  create(kUnconfined, "CAP_SYS_CHROOT");
  EXPECT_NE(config().find("\"chroot\""), std::string::npos);
  EXPECT_EQ(plain.find("\"chroot\""), std::string::npos);
  create(kUnconfined, "CAP_CHOWN");
  EXPECT_EQ(config(), plain);
  EXPECT_EQ(kept().size(), 1U);
}

TEST_F(MeetsTest, EachQuestionHasItsOwn) {
  create(kUnconfined);
  create("{}");
  create("null");
  EXPECT_EQ(kept().size(), 3U);
  policy("controls: {seccomp: {architectures: native}}\n");
  create(kUnconfined);
  EXPECT_EQ(kept().size(), 4U);
  host.machine.kernel.release = "4.4.0";
  create(kUnconfined);
  EXPECT_EQ(kept().size(), 5U);
}

TEST_F(MeetsTest, AnEditedProfileIsAnotherQuestion) {
  const auto profile = [](const std::string& more) {
    return R"({"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["keyctl")" + more +
           R"(],"action":"SCMP_ACT_ERRNO"}]})";
  };
  policy("controls: {seccomp: {profile: /etc/hardened/own.json}}\n");
  host.file("/etc/hardened/own.json", profile(""));
  create(kUnconfined);
  host.file("/etc/hardened/own.json", profile(R"(,"bpf")"));
  create(kUnconfined);
  EXPECT_NE(config().find("\"bpf\""), std::string::npos);
  EXPECT_EQ(kept().size(), 2U);
}

TEST_F(MeetsTest, NothingIsKeptOfARefusalOrUnderObserve) {
  EXPECT_EQ(create(R"({"defaultAction":"SCMP_ACT_ERRNO","listenerPath":"/run/agent"})"), 1);
  EXPECT_TRUE(kept().empty());
  policy("controls: {seccomp: {on_excess: observe}}\n");
  EXPECT_EQ(create(kUnconfined), 0);
  EXPECT_TRUE(kept().empty());
}

TEST_F(MeetsTest, OneThatIsDamagedOrNotRootsIsWorkedOutAnew) {
  create(kUnconfined);
  const std::string good = config();
  const std::string path = kDirectory + '/' + kept()[0];
  const std::string file = *host.bytes(path);
  for (const std::string& bytes : {file.substr(0, file.size() - 2), std::string(), file + ' '}) {
    host.file(path, bytes, {.mode = 0600});
    create(kUnconfined);
    EXPECT_EQ(config(), good);
    EXPECT_EQ(host.bytes(path), file);
  }
  for (const std::string& bytes : {std::string("{}"), std::string("[1]"), answer().substr(1)}) {
    plant(bytes);
    create(kUnconfined);
    EXPECT_EQ(config(), good);
  }
  host.file(path, file, {.mode = 0666});
  create(kUnconfined);
  EXPECT_EQ(host.status(path)->mode, 0600U);
}

}  // namespace
}  // namespace hardened::runtime
