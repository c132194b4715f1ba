// log --follow: from its end, across rotations, until it is interrupted.
#include "tests/unit/ctl/log_fixture.h"

namespace hardened::ctl {
namespace {

using runtime::kRecords;

TEST_F(Log, IsFollowedFromItsEnd) {
  some();
  machine.meanwhile = [&](int pause) {
    if (pause == 1) throw Interrupted();
    say(line(
        "11:00:00", "abcdef0123456789", "update", "narrowed",
        control("pids", "narrowed", "/linux/resources/pids/limit", "unlimited", R"(,"granted":"4096")")));
  };
  follow();
  EXPECT_EQ(screen.out,
            "2026-11-22T11:00:00  narrowed   update  docker  abcdef012345  pids unlimited to 4096\n");
}

TEST_F(Log, WhatAnEngineAsksByDefaultIsOnlyCountedInALine) {
  some();
  follow({"--since", "2026-11-22", "--id", "aaaa", "--control", "pids"});
  EXPECT_TRUE(prints("aaaa          1 by default\n")) << screen.out;
  follow({"--since", "2026-11-22", "--id", "aaaa"});
  EXPECT_TRUE(prints("aaaa          capabilities CAP_SYS_ADMIN; 1 more by default\n")) << screen.out;
}

TEST_F(Log, IsFollowedAcrossARotation) {
  host.file(kRecords, line("10:00:00", "old", "create", "refused", ""));
  machine.meanwhile = [&](int pause) {
    if (pause == 0) static_cast<void>(host.remove(kRecords).ok());  // the next one is not there yet
    if (pause == 1) host.file(kRecords, line("11:00:00", "new", "create", "refused", ""));
    if (pause == 2) say(line("11:00:01", "newer", "create", "refused", ""));
    if (pause == 3) throw Interrupted();
  };
  follow();
  EXPECT_EQ(screen.out,
            "2026-11-22T11:00:00  refused    create  docker  new\n"
            "2026-11-22T11:00:01  refused    create  docker  newer\n");
}

TEST_F(Log, IsFollowedWhereItWasEmptied) {
  host.file(kRecords, line("10:00:00", "old", "create", "refused", "") + "cut");
  machine.meanwhile = [&](int pause) {
    if (pause == 1) throw Interrupted();
    ASSERT_TRUE(host.replace(kRecords, "", 0600).ok());
    ASSERT_TRUE(host.append(kRecords, line("11:00:00", "n", "create", "refused", ""), 0600).ok());
  };
  follow();
  EXPECT_EQ(screen.out, "2026-11-22T11:00:00  refused    create  docker  n\n");
}

TEST_F(Log, IsWaitedForWhereItIsNotThereYet) {
  machine.meanwhile = [&](int pause) {
    if (pause == 1) throw Interrupted();
    host.file(kRecords, line("11:00:00", "n", "create", "refused", ""));
  };
  follow();
  EXPECT_TRUE(prints("refused")) << screen.out;
}

TEST_F(Log, IsFollowedFromATimeAndForPrograms) {
  some();
  follow({"--since", "2026-11-22T10:00:03", "--json", "--verdict", "refused"});
  EXPECT_EQ(screen.out, line("10:00:03", "cccc", "create", "refused",
                             control("mounts", "refused", "/mounts/9", "/etc at /x")));
}

}  // namespace
}  // namespace hardened::ctl
