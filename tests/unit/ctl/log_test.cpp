#include "ctl/log_record.h"
#include "ctl/log_tally.h"
#include "tests/unit/ctl/log_fixture.h"

namespace hardened::ctl {
namespace {

using runtime::kPolicy;
using runtime::kRecords;
using runtime::policy;

TEST_F(Log, IsSummedUpTheRefusedFirst) {
  some();
  EXPECT_EQ(log(), 0) << screen.err;
  EXPECT_TRUE(prints("6 calls from 2026-11-22T10:00:00 to 2026-11-22T10:00:05 UTC: unknown 1 and docker 5\n"))
      << screen.out;
  EXPECT_TRUE(
      prints("refused    2      create 2\n"
             "fault      1      create 1\n"
             "narrowed   2      create 1 and exec 1\n"
             "unchanged  1      create 1\n"))
      << screen.out;
  EXPECT_TRUE(
      prints("refused   2      mounts        /etc at /x     -\n"
             "narrowed  2      capabilities  CAP_SYS_ADMIN  -\n"))
      << screen.out;
  EXPECT_FALSE(prints("no limit")) << screen.out;  // nobody asked for it
  EXPECT_TRUE(prints("by default and lose, 1 times\n")) << screen.out;
  EXPECT_TRUE(prints("1  no policy\n")) << screen.out;
}

TEST_F(Log, WhatWasOnlyObservedIsSaidToBe) {
  const std::string one = control("capabilities", "unchanged", "/process/capabilities", "CAP_SYS_ADMIN");
  say(line("10:00:00", "aaaa", "create", "unchanged",
           one.substr(0, one.size() - 1) + R"(,"on_excess":"observe"})"));
  EXPECT_EQ(at(json(), "/asked/0/verdict"), "observed");
}

TEST_F(Log, IsSummedUpForPrograms) {
  some();
  const doc::Document said = json();
  EXPECT_EQ(at(said, "/calls"), "6");
  EXPECT_EQ(at(said, "/verdicts/refused/create"), "2");
  EXPECT_EQ(at(said, "/asked/0/field"), "/mounts/*");
  EXPECT_EQ(at(said, "/asked/1/times"), "2");
  EXPECT_EQ(at(said, "/defaults/0/granted"), "4096");
  EXPECT_EQ(at(said, "/containers/0/id"), "bbbb");
  EXPECT_EQ(at(said, "/containers/2/narrowed"), "2");
  EXPECT_EQ(at(said, "/faults/no policy"), "1");
}

TEST_F(Log, ImagesAreToldWhereTheRecordsNameThem) {
  const std::string digest(64, '7');
  for (const char* id : {"aaaa", "bbbb"}) {
    std::string one = line("10:00:00", id, "create", "refused", "");
    one.insert(one.find(R"("call")"), R"("image":"sha256:)" + digest + R"(",)");
    say(one);
  }
  say(line("10:00:01", "cccc", "create", "refused", ""));
  EXPECT_EQ(log(), 0);
  EXPECT_TRUE(
      prints("images with most of it\n\nimage                engine  refused  narrowed\n"
             "sha256:777777777777  docker  2        0\n\n"))
      << screen.out;
  EXPECT_EQ(at(json(), "/images/0/id"), "sha256:" + digest);
}

TEST_F(Log, WhatIsNoRecordIsCountedAndLeftOut) {
  some();
  say("no json\n{\"time\":\"x\"}\n\n" + std::string(20'000, 'x') + "\n" + std::string(70'000, 'y') + "\n");
  say(line("10:00:09", "ffff", "create", "refused", ""));
  say(R"({"time":"2026-11-22T10:00:10Z","call":"create","verd)");
  const doc::Document said = json();
  EXPECT_EQ(at(said, "/calls"), "7");
  EXPECT_EQ(at(said, "/broken"), "5");
  log();
  EXPECT_TRUE(prints("5 lines are no record")) << screen.out;
}

TEST_F(Log, ALineAsLongAsARecordMayBeIsRead) {
  const std::string whole = line("10:00:00", "aaaa", "create", "refused", "");
  std::string longest = whole;
  longest.insert(longest.find("aaaa"), std::string(runtime::kLongestRecord - whole.size(), 'a'));
  say(longest);
  EXPECT_EQ(at(json(), "/calls"), "1");
  longest.insert(longest.find("aaaa"), "a");
  host.file(kRecords, longest);
  EXPECT_EQ(at(json(), "/broken"), "1");
}

TEST_F(Log, IsFiltered) {
  some();
  EXPECT_EQ(at(json({"--verdict", "refused"}), "/calls"), "2");
  EXPECT_EQ(at(json({"--id", "aa"}), "/calls"), "2");
  EXPECT_EQ(at(json({"--since", "2026-11-22T10:00:02"}), "/calls"), "4");
  const doc::Document pids = json({"--control", "pids"});
  EXPECT_EQ(at(pids, "/calls"), "1");
  EXPECT_EQ(at(pids, "/asked/0/control"), "nothing");
  host.machine.now_ns = 1'795'341'604'000'000'000;  // 2026-11-22T10:00:04Z
  EXPECT_EQ(at(json({"--since", "1s"}), "/calls"), "3");
  EXPECT_EQ(at(json({"--since", "1h"}), "/calls"), "6");
}

TEST_F(Log, OneControlsCallsAreThoseInWhichItObjected) {
  some();
  say(line("10:00:06", "ffff", "create", "unchanged",
           R"({"control":"pids","verdict":"unchanged","notes":["nothing to speak of"]})"));
  EXPECT_EQ(at(json({"--control", "pids"}), "/calls"), "1");
  EXPECT_EQ(at(json({"--control", "capabilities"}), "/calls"), "2");
  EXPECT_EQ(at(json({"--control", "privileged"}), "/calls"), "0");
}

TEST_F(Log, AnUnknownControlIsAMistakeOfTheCommandLine) {
  some();
  EXPECT_EQ(log({"--control", "pid"}), 2);
  EXPECT_EQ(screen.err, "hardenedctl: no control is called pid, did you mean pids?\n");
  EXPECT_EQ(log({"--control", "weather"}), 2);
  EXPECT_NE(screen.err.find("there are "), std::string::npos) << screen.err;
}

TEST_F(Log, WaiversThatHeldAreCountedByCall) {
  for (const char* call : {"create", "exec", "exec"}) {
    std::string one = line("10:00:00", "aaaa", call, "unchanged", "");
    one.insert(one.find(R"("call")"), R"("waivers":["builder"],)");
    say(one);
  }
  EXPECT_EQ(log(), 0);
  EXPECT_TRUE(prints("\nwaivers that held\n\nwaiver   calls\nbuilder  3      create 1 and exec 2\n"))
      << screen.out;
  EXPECT_EQ(at(json(), "/waivers/builder/exec"), "2");
}

TEST_F(Log, AValueIsToldWithWhatItIsOf) {
  say(line("10:00:00", "aaaa", "create", "refused",
           control("sysctls", "refused", "/linux/sysctl/net.core.somaxconn", "77") + "," +
               control("resources", "refused", "/linux/resources/cpu/shares", "2048") + "," +
               control("resources", "refused", "/linux/resources/unified/memory.high", "unlimited") + "," +
               control("resources", "refused", "/linux/cgroupsPath", "/x") + "," +
               control("annotations", "refused", "/annotations/a.b~1c", "on") + "," +
               control("scheduling", "refused", "/process/oomScoreAdj", "-1000") + "," +
               control("pids", "refused", "/linux/resources/pids/limit", "8192")));
  log();
  for (const char* said :
       {"sysctls      net.core.somaxconn 77 ", "resources    cpu.shares 2048 ",
        "resources    memory.high unlimited ", "resources    cgroups_path /x ", "annotations  a.b/c on ",
        "scheduling   oom_score_adj -1000 ", "pids         8192 "})
    EXPECT_TRUE(prints(said)) << said << "\n" << screen.out;
  follow({"--since", "2026-11-22"});
  EXPECT_TRUE(prints("sysctls net.core.somaxconn 77; resources cpu.shares 2048; ")) << screen.out;
}

TEST_F(Log, AnUnknownVerdictOrTimeIsAMistakeOfTheCommandLine) {
  some();
  EXPECT_EQ(log({"--verdict", "denied"}), 2);
  EXPECT_NE(screen.err.find("there are unchanged"), std::string::npos);
  for (const char* time : {"yesterday", "2026-1", "-1h", "h", "2026/11/22"}) {
    EXPECT_EQ(log({"--since", time}), 2) << time;
  }
  EXPECT_EQ(log({"--follow", "--what-if", "/p.yaml"}), 2);
  EXPECT_EQ(log({"--follow", "--file", "/a", "--file", "/b"}), 2);
}

TEST_F(Log, OtherFilesMayBeRead) {
  some();
  host.file("/old", line("09:00:00", "zzzz", "create", "refused", ""));
  EXPECT_EQ(at(json({"--file", "/old"}), "/calls"), "1");
  EXPECT_EQ(at(json({"--file", "/old", "--file", kRecords}), "/first"), "2026-11-22T09:00:00.000000000Z");
  EXPECT_EQ(log({"--file", "/none"}), 3);
}

TEST_F(Log, APolicyWithoutOneIsSaid) {
  host.file(kPolicy, policy("decision_log: {path: \"\"}\n"));
  EXPECT_EQ(log(), 3);
  EXPECT_NE(screen.err.find("keeps no decision log"), std::string::npos) << screen.err;
}

// Whoever asks chooses the words.
TEST_F(Log, NothingOfItReachesATerminalAsItIs) {
  say(line("10:00:00", "a\\u001b[31m", "create", "narrowed",
           control("x\\u001b[0m", "narrowed", "/a/\\u0007", "\\u001b]0;title\\u0007")));
  log();
  EXPECT_EQ(screen.out.find('\x1b'), std::string::npos);
  EXPECT_EQ(screen.out.find('\x07'), std::string::npos);
  EXPECT_TRUE(prints("\\x1b]0;title\\x07")) << screen.out;
}

TEST(AnyPlace, IsOfListsAlone) {
  EXPECT_EQ(any_place("/mounts/7/options/12"), "/mounts/*/options/*");
  EXPECT_EQ(any_place("/linux/sysctl/net.ipv4.ip_forward"), "/linux/sysctl/net.ipv4.ip_forward");
  EXPECT_EQ(any_place(""), "");
}

// Whatever is asked: the memory is bounded.
TEST(Tally, TellsSoManyApartAndCountsTheOthers) {
  LogTally tally;
  for (std::size_t i = 0; i < LogTally::kMost + 5; ++i) {
    LogRecord record;
    record.time = "t";
    record.id = std::to_string(i);
    record.verdict = "refused";
    record.asked.push_back({"mounts", "refused", "/mounts/1", std::to_string(i), "", false});
    tally.add(record);
  }
  EXPECT_EQ(tally.asked.size(), LogTally::kMost);
  EXPECT_EQ(tally.others, 5U);
  EXPECT_EQ(tally.containers.size(), LogTally::kMost);
}

}  // namespace
}  // namespace hardened::ctl
