#include "verify_fixture.h"

namespace hardened::runtime {
namespace {

TEST_F(VerifyTest, WhatIsAsGrantedLivesOn) {
  put();
  const Verification seen = look();
  EXPECT_EQ(seen.outcome, Outcome::as_granted) << seen.why.what;
  EXPECT_FALSE(host.killed(4711));
}

TEST_F(VerifyTest, WhatHoldsMoreIsEndedToldAndRecorded) {
  running.status.bounding |= 1U << 21U;
  running.pids_max = "max\n";
  put();
  const Verification seen = look();
  EXPECT_EQ(seen.outcome, Outcome::above);
  EXPECT_TRUE(seen.ended);
  EXPECT_TRUE(host.killed(4711));
  EXPECT_NE(told(seen).find(
                "capabilities: it holds CAP_SYS_ADMIN (bounding); pids: it has a pids limit of unlimited"),
            std::string::npos)
      << told(seen);
  record(host, seen, "start");
  const std::string line = host.bytes(kLog).value_or("");
  EXPECT_NE(line.find(R"("call":"start","policy":"/etc/hardened/policy.yaml","verdict":"above")"),
            std::string::npos)
      << line;
  EXPECT_NE(line.find("CAP_SYS_ADMIN"), std::string::npos);
}

// E73 of the escape suite: the runtime did as it was told.
TEST_F(VerifyTest, WhatIsMountedOverNullIsToBlameForTheMasks) {
  put();
  host.file("/proc/4711/root/proc/keys", "not null").file("/proc/4711/root/dev/null", "not null");
  Verification seen = look();
  ASSERT_EQ(seen.outcome, Outcome::above);
  EXPECT_NE(told(seen).find("shows /proc/keys; files are masked with the container's /dev/null"),
            std::string::npos)
      << told(seen);
  EXPECT_EQ(told(seen).find("low-level runtime"), std::string::npos);
  // Where something else is above its grant too, the runtime is to be looked at.
  running.status.seccomp = 0;
  running.put(host);
  host.file("/proc/4711/root/proc/keys", "not null");
  EXPECT_NE(told(look()).find("low-level runtime did not apply"), std::string::npos);
}

TEST_F(VerifyTest, TheRuntimeIsToBlameForMasksThatAreNotThere) {
  put();
  host.file("/proc/4711/root/proc/keys", "a secret");
  host.node("/proc/4711/root/dev/null", Stat::Type::character, makedev(1, 3));
  EXPECT_NE(told(look()).find("shows /proc/keys; the low-level runtime did not apply"), std::string::npos);
}

TEST_F(VerifyTest, ThatItCouldNotBeEndedIsSaid) {
  running.status.seccomp = 0;
  put();
  host.fail(Operation::kill, "", Error{Fault::io, "no"});
  const Verification seen = look();
  EXPECT_EQ(seen.outcome, Outcome::above);
  EXPECT_NE(told(seen).find("could not be ended"), std::string::npos);
}

TEST_F(VerifyTest, WhereThereIsNoRecordOrAnOldOneNothingWasPromised) {
  running.put(host);
  EXPECT_EQ(look().outcome, Outcome::unmanaged);
  kept.promise.reset();
  put();
  EXPECT_EQ(look().outcome, Outcome::unmanaged);
}

TEST_F(VerifyTest, AProcessThatIsGoneIsNothingToVerify) {
  running.status.seccomp = 0;
  running.lives = false;
  put();
  EXPECT_EQ(look(OnUnreadable::end).outcome, Outcome::gone);
  EXPECT_FALSE(host.killed(4711));
  ASSERT_TRUE(host.remove("/run/runc/web/state.json").ok());
  EXPECT_EQ(look().outcome, Outcome::gone);
}

// It has left its cgroups by then, and whatever else is read of it is no finding.
TEST_F(VerifyTest, AProcessThatIsOnItsWayOutIsWaitedFor) {
  running.exiting = true;
  running.pids_max = "max\n";
  put();
  host.process_ends_in(4711, std::chrono::milliseconds(900));
  EXPECT_EQ(look().outcome, Outcome::gone);
  EXPECT_FALSE(host.killed(4711));
}

// Its first thread may go alone; and what is not on its way out is not waited for.
TEST_F(VerifyTest, AProcessThatStaysIsJudged) {
  running.exiting = true;
  running.pids_max = "max\n";
  put();
  EXPECT_EQ(look().outcome, Outcome::above);
  running.exiting = false;
  put();
  host.process_ends_in(4711, std::chrono::milliseconds(900));
  EXPECT_EQ(look().outcome, Outcome::above);
  EXPECT_TRUE(host.killed(4711));
}

TEST_F(VerifyTest, AnotherProcessOfThatNumberIsLeftAlone) {
  running.status.seccomp = 0;
  running.start_time = 9;
  put();
  EXPECT_EQ(look(OnUnreadable::end).outcome, Outcome::gone);
  EXPECT_FALSE(host.killed(4711));
}

TEST_F(VerifyTest, WhatCannotBeReadIsNoGrant) {
  for (const char* file : {"/proc/4711/status", "/proc/4711/stat", "/proc/4711/mountinfo", kConfig,
                           "/run/runc/web/state.json"}) {
    for (const OnUnreadable unreadable : {OnUnreadable::leave, OnUnreadable::end}) {
      FakeHost broken;
      std::swap(host.machine, broken.machine);
      VerifyTest::running.put(broken);
      broken.file("/proc/sys/kernel/random/boot_id", "boot-1\n").file(kConfig, test::kGranted);
      ASSERT_TRUE(keep(broken, kept).ok());
      broken.file("/run/runc/web/state.json", R"({"init_process_start":2684327,"init_process_pid":4711})");
      broken.fail(Operation::read, file, Error{Fault::io, "a fault of the disk"});
      const Verification seen = verify(broken, kRoot, "web", unreadable);
      EXPECT_EQ(seen.outcome, Outcome::unreadable) << file;
      EXPECT_NE(told(seen).find("a fault of the disk"), std::string::npos);
      const bool held = std::string_view(file) != "/run/runc/web/state.json";
      EXPECT_EQ(broken.killed(4711), held && unreadable == OnUnreadable::end) << file;
      record(broken, seen, "start");
      EXPECT_NE(broken.bytes(kLog).value_or("").find(R"("verdict":"fault")"), std::string::npos);
    }
  }
}

TEST_F(VerifyTest, ADocumentThatIsNotTheGrantedOneSaysNothing) {
  put();
  host.file(kConfig, std::string(test::kGranted) + " ");
  const Verification seen = look();
  EXPECT_EQ(seen.outcome, Outcome::unreadable);
  EXPECT_NE(seen.why.what.find("is not what was granted at create"), std::string::npos);
}

TEST_F(VerifyTest, AProfileThatWasUnloadedSinceCreateIsNotTheOneThatHolds) {
  const std::string name = "hardened-default-0123456789ab";
  const std::string kernel = std::string(apparmor::kKernel) + "/policy/profiles/";
  const std::string note = std::string(apparmor::kDirectory) + "/" + name;
  host.directory(std::string(apparmor::kDirectory), {.mode = 0700});
  const auto loaded_as = [&](const std::string& entry) {
    host.file(kernel + entry + "/sha1", "d1\n");
    host.file(note, "hardened apparmor 1\n" + entry + "\nsha1\nd1\n", {.mode = 0600});
  };
  kept.promise->profiles = {name + ".17"};
  loaded_as(name + ".17");
  put();
  EXPECT_EQ(look().outcome, Outcome::as_granted) << look().why.what;
  ASSERT_TRUE(host.remove(kernel + name + ".17/sha1").ok());
  Verification seen = look();
  EXPECT_EQ(seen.outcome, Outcome::unreadable);
  EXPECT_NE(told(seen).find("AppArmor profile " + name + " was unloaded after it was created"),
            std::string::npos);
  loaded_as(name + ".18");
  EXPECT_EQ(look().outcome, Outcome::unreadable) << "another of that name is not the one that was to hold";
  EXPECT_FALSE(host.killed(4711));
  ASSERT_TRUE(host.remove("/run/runc/web/exec.fifo").ok());
  EXPECT_EQ(look().outcome, Outcome::as_granted) << "of what runs the label itself tells";
}

TEST_F(VerifyTest, WhatARuleOnlyObservesIsNotHeldAgainstAnybody) {
  running.status.bounding |= 1U << 21U;
  kept.promise->observing = {"capabilities"};
  put();
  EXPECT_EQ(look().outcome, Outcome::as_granted);
}

TEST_F(VerifyTest, ARunningContainerMayHaveUsedWhatItWasGranted) {
  std::string granted = test::kGranted;
  for (std::size_t at = granted.find("CAP_MKNOD"); at != std::string::npos;
       at = granted.find("CAP_MKNOD", at)) {
    granted.replace(at, 9, "CAP_SYS_ADMIN");
  }
  host.file(kConfig, granted);
  kept.promise->digest = sha256(granted);
  running.status.bounding = running.status.effective = running.status.permitted = 0xa00425fb | (1U << 21U);
  running.pids_max = "max\n";
  put();
  EXPECT_EQ(verify(host, kRoot, "web", OnUnreadable::leave).outcome, Outcome::above) << "not while it waits";
  ASSERT_TRUE(host.remove("/run/runc/web/exec.fifo").ok());
  EXPECT_EQ(look().outcome, Outcome::as_granted);
  running.status.seccomp = 0;
  running.put(host);
  EXPECT_EQ(look().outcome, Outcome::above) << "no capability takes a filter away";
}

TEST_F(VerifyTest, CrunsStateIsReadToo) {
  put();
  ASSERT_TRUE(host.remove("/run/runc/web/state.json").ok());
  host.file("/run/runc/web/status", R"({ "pid": 4711, "process-start-time": 2684327 })");
  EXPECT_EQ(look().outcome, Outcome::as_granted);
  running.status.seccomp = 0;
  running.status.no_new_privileges = 1;
  running.put(host);
  EXPECT_EQ(look().outcome, Outcome::above);
  host.file("/run/runc/web/seccomp.bpf", "program");
  host.process(4711);
  EXPECT_EQ(look().outcome, Outcome::as_granted);
  host.file("/run/runc/web/seccomp.bpf", "");
  EXPECT_EQ(look().outcome, Outcome::above) << "an empty program is none";
}

// crun opens the fifo and calls the hook; the label comes with the execve.
TEST_F(VerifyTest, ALabelThatIsLateIsWaitedFor) {
  confine();
  begin(3, std::string(kProfile) + " (enforce)\n");
  EXPECT_EQ(look(OnUnreadable::end).outcome, Outcome::as_granted);
  EXPECT_LT(host.late.reads, 0);
  EXPECT_FALSE(host.killed(4711));
}

TEST_F(VerifyTest, ALabelThatIsNotThereWhenUserCodeBeginsIsNotWaitedFor) {
  confine();
  begin(3, "unconfined\n");
  EXPECT_EQ(look(OnUnreadable::end).outcome, Outcome::above);
  EXPECT_EQ(host.late.reads, -2);  // to see that it has begun, and that it is not ending
  EXPECT_TRUE(host.killed(4711));
}

TEST_F(VerifyTest, AFilterThatIsLateIsWaitedForAndNotForEver) {
  running.status.seccomp = 0;
  running.status.no_new_privileges = 1;
  put();
  host.file("/run/runc/web/seccomp.bpf", "program");
  ASSERT_TRUE(host.remove("/run/runc/web/exec.fifo").ok());
  EXPECT_EQ(look(OnUnreadable::end).outcome, Outcome::above);
  EXPECT_TRUE(host.killed(4711));
}

// A start that was killed leaves its fifo behind.
TEST_F(VerifyTest, UserCodeThatRunsDoesNotWaitWhateverStands) {
  confine();
  running.executed = true;
  running.put(host);
  EXPECT_EQ(look().outcome, Outcome::above);
}

}  // namespace
}  // namespace hardened::runtime
