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
    return run(host, {"hardened-hook", moment, kRoot});
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

TEST_F(HookTest, LeavesWhatStillWaitsToTheStart) {
  running.status.seccomp = 0;
  running.put(host);
  host.node("/run/runc/web/exec.fifo", Stat::Type::fifo);
  EXPECT_EQ(hook("begun"), 0);
  EXPECT_FALSE(host.killed(4711));
  EXPECT_EQ(hook("poststart"), 1);
  EXPECT_TRUE(host.killed(4711));
}

TEST_F(HookTest, LooksAtWhatHasBegun) {
  EXPECT_EQ(hook("begun"), 0);
  EXPECT_FALSE(host.killed(4711));
  running.status.seccomp = 0;
  running.put(host);
  EXPECT_EQ(hook("begun"), 1);
  EXPECT_TRUE(host.killed(4711));
}

TEST_F(HookTest, EndsWhatItCannotTellToHaveBegun) {
  host.file("/run/runc/web/state.json", "{");
  EXPECT_EQ(hook("begun"), 1);
  EXPECT_TRUE(host.killed(4711));
}

TEST_F(HookTest, PoststopTakesTheRecordAway) {
  EXPECT_EQ(hook("poststop"), 0);
  EXPECT_FALSE(has_record());
  EXPECT_EQ(hook("poststop"), 0);
}

TEST_F(HookTest, UnderstandsNothingElse) {
  EXPECT_EQ(hook("prestart"), 1);
  EXPECT_EQ(run(host, {"hardened-hook"}), 1);
  for (const char* state : {"", "[]", "{}", R"({"id":"../x","pid":4711})", R"({"id":7})",
                            R"({"id":"web","pid":-1})", R"({"id":"web","pid":99999999999})"}) {
    EXPECT_EQ(hook("poststop", state), 1) << state;
  }
  EXPECT_TRUE(has_record());
}

}  // namespace
}  // namespace hardened::hooks
