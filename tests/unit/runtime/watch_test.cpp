#include "verify_fixture.h"

namespace hardened::runtime {
namespace {

class WatchTest : public VerifyTest {
 protected:
  // As start does it: while it waits, all is as granted.
  void watch_it() {
    const Verification seen = look();
    ASSERT_EQ(seen.outcome, Outcome::as_granted) << seen.why.what;
    ASSERT_TRUE(watch(host, seen, "start").ok());
  }
  void run_watcher() {
    ASSERT_EQ(host.detached.size(), 1U);
    host.detached.front()();
  }
  [[nodiscard]] std::string recorded() const { return host.bytes(kLog).value_or(""); }
};

TEST_F(WatchTest, NobodyStaysWhereNothingIsToCome) {
  put();
  watch_it();
  EXPECT_TRUE(host.detached.empty());
}

TEST_F(WatchTest, NobodyStaysWhereUserCodeRuns) {
  confine();
  running.executed = true;
  running.put(host);
  host.file(kLabel, std::string(kProfile) + " (enforce)\n");
  watch_it();
  EXPECT_TRUE(host.detached.empty());
}

TEST_F(WatchTest, EndsAndRecordsWhatRunsWithoutItsLabel) {
  confine();
  watch_it();
  begin(5, "unconfined\n");
  run_watcher();
  EXPECT_TRUE(host.killed(4711));
  EXPECT_NE(recorded().find(R"("call":"start")"), std::string::npos) << recorded();
  EXPECT_NE(recorded().find("runs under unconfined and not under hardened-default"), std::string::npos);
}

TEST_F(WatchTest, IsSilentWhereTheLabelCame) {
  confine();
  watch_it();
  begin(5, std::string(kProfile) + " (enforce)\n");
  run_watcher();
  EXPECT_LT(host.late.reads, 0);
  EXPECT_FALSE(host.killed(4711));
  EXPECT_EQ(recorded(), "");
}

TEST_F(WatchTest, StaysForTheFilterThatCrunLoadsLast) {
  std::string granted = test::kGranted;
  granted.insert(granted.find("{\"process\":{") + 12, "\"noNewPrivileges\":true,");
  host.file(kConfig, granted);
  kept.promise->digest = sha256(granted);
  running.status.seccomp = 0;
  running.status.no_new_privileges = 1;
  put();
  host.file("/run/runc/web/seccomp.bpf", "program");
  watch_it();
  begin(5, "");
  run_watcher();
  EXPECT_TRUE(host.killed(4711));
  EXPECT_NE(recorded().find("runs without the seccomp filter"), std::string::npos) << recorded();
}

TEST_F(WatchTest, LeavesWhatIsNeverStarted) {
  confine();
  watch_it();
  run_watcher();
  EXPECT_FALSE(host.killed(4711));
  EXPECT_EQ(recorded(), "");
}

TEST_F(WatchTest, SaysNothingOfWhatEndsAtOnce) {
  confine();
  watch_it();
  host.process(4711, false);
  run_watcher();
  EXPECT_EQ(recorded(), "");
  ASSERT_TRUE(host.remove("/proc/4711/stat").ok());
  run_watcher();
  EXPECT_EQ(recorded(), "");
  ASSERT_TRUE(host.remove("/run/runc/web/state.json").ok());
  run_watcher();
  EXPECT_EQ(recorded(), "");
  EXPECT_FALSE(host.killed(4711));
}

TEST_F(WatchTest, WhoeverCannotBeLeftBehindIsAnError) {
  confine();
  host.fail(Operation::detach, "", Error{Fault::io, "no"});
  EXPECT_FALSE(watch(host, look(), "start").ok());
}

}  // namespace
}  // namespace hardened::runtime
