#include "hooks/hook.h"

#include <gtest/gtest.h>

#include "core/base/sha256.h"
#include "runtime/kept.h"
#include "tests/support/running.h"

namespace hardened::hooks {
namespace {

using test::FakeHost;
using test::Operation;

constexpr const char* kRoot = "/run/runc";
constexpr const char* kConfig = "/run/bundle/config.json";

// Only precreate has something to print.
Done nothing(std::string_view text) { return Error{Fault::internal, std::string(text)}; }

class HookTest : public testing::Test {
 protected:
  HookTest() {
    host.file("/proc/sys/kernel/random/boot_id", "boot-1\n").file(kConfig, test::kGranted);
    runtime::Kept kept;
    kept.boot_id = "boot-1";
    kept.root = kRoot;
    kept.id = "web";
    kept.promise = runtime::Promise{kConfig, sha256(test::kGranted), "/log", {}, {}, {}};
    kept.promise->inherited.fill(Limit{1048576, 1048576});
    EXPECT_TRUE(runtime::keep(host, kept).ok());
    running.put(host);
    host.file("/run/runc/web/state.json", R"({"init_process_pid":4711,"init_process_start":2684327})");
  }

  int hook(const std::string& moment,
           const std::string& state = R"({"ociVersion":"1.0.2","id":"web","pid":4711})") {
    host.input(0, state);
    return run(host, nothing, {"hardened-hook", moment, kRoot});
  }
  [[nodiscard]] bool has_record() const { return host.bytes(record_path).has_value(); }

  FakeHost host;
  test::Running running;
  std::string record_path = "/run/hardened/containers/" + sha256(kRoot).substr(0, 16) + "/web.json";
};

TEST_F(HookTest, IsSilentWhereAllIsAsGranted) {
  EXPECT_EQ(hook("poststart"), 0);
  EXPECT_EQ(host.printed(), "");
  EXPECT_FALSE(host.killed(4711));
  EXPECT_TRUE(has_record());
}

TEST_F(HookTest, EndsWhatHoldsMore) {
  running.status.seccomp = 0;
  running.put(host);
  EXPECT_EQ(hook("poststart"), 1);
  EXPECT_TRUE(host.killed(4711));
  EXPECT_NE(host.printed().find("hardened: the container does not have the bounds"), std::string::npos);
  EXPECT_NE(host.bytes("/log").value_or("").find(R"("call":"poststart")"), std::string::npos);
}

TEST_F(HookTest, EndsWhatItCannotTell) {
  host.fail(Operation::read, "/proc/4711/status", Error{Fault::io, "a fault"});
  EXPECT_EQ(hook("poststart"), 1);
  EXPECT_TRUE(host.killed(4711));
}

TEST_F(HookTest, EndsByTheRuntimesWordWhereTheRecordIsNoneOfOurs) {
  host.file(record_path, "{}", {.mode = 0666});
  EXPECT_EQ(hook("poststart"), 1);
  EXPECT_TRUE(host.killed(4711));
}

TEST_F(HookTest, AProcessThatIsGoneIsNothingToVerify) {
  running.status.seccomp = 0;
  running.lives = false;
  running.put(host);
  EXPECT_EQ(hook("poststart"), 0);
}

// runc before 1.3 calls it at `run` while the container waits, and the label comes later.
class HookOfWhatWaits : public HookTest {
 protected:
  HookOfWhatWaits() {
    const std::string label = "hardened-default-0123456789ab";
    std::string granted = test::kGranted;
    granted.insert(granted.find("{\"process\":{") + 12, "\"apparmorProfile\":\"" + label + "\",");
    std::string record = *host.bytes(record_path);
    record.replace(record.find(sha256(test::kGranted)), 64, sha256(granted));
    host.file(kConfig, granted).file(record_path, record, {.mode = 0600});
    host.node("/run/runc/web/exec.fifo", Stat::Type::fifo);
    host.file("/sys/module/apparmor/parameters/enabled", "Y\n");
    host.file("/proc/4711/attr/apparmor/current", "unconfined\n");
  }
};

TEST_F(HookOfWhatWaits, LeavesAWatcherBehind) {
  EXPECT_EQ(hook("poststart"), 0);
  EXPECT_EQ(host.printed(), "");
  ASSERT_EQ(host.detached.size(), 1U);
  running.executed = true;
  running.put(host);
  host.detached.front()();
  EXPECT_TRUE(host.killed(4711));
  EXPECT_NE(host.bytes("/log").value_or("").find(R"("call":"poststart")"), std::string::npos);
}

TEST_F(HookOfWhatWaits, EndsWhatItCannotWatch) {
  host.fail(Operation::detach, "", Error{Fault::io, "no process can be made"});
  EXPECT_EQ(hook("poststart"), 1);
  EXPECT_TRUE(host.killed(4711));
  EXPECT_NE(host.printed().find("no process can be made"), std::string::npos);
}

TEST_F(HookTest, PoststopTakesTheRecordAway) {
  EXPECT_EQ(hook("poststop"), 0);
  EXPECT_FALSE(has_record());
  EXPECT_EQ(hook("poststop"), 0);
}

TEST_F(HookTest, UnderstandsNothingElse) {
  EXPECT_EQ(hook("prestart"), 1);
  EXPECT_EQ(run(host, nothing, {"hardened-hook"}), 1);
  for (const char* state : {"", "[]", "{}", R"({"id":"../x","pid":4711})", R"({"id":7})",
                            R"({"id":"web","pid":-1})", R"({"id":"web","pid":99999999999})"}) {
    EXPECT_EQ(hook("poststop", state), 1) << state;
  }
  EXPECT_TRUE(has_record());
}

}  // namespace
}  // namespace hardened::hooks
