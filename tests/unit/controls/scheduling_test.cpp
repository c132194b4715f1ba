#include "controls/scheduling.h"

#include <gtest/gtest.h>

#include "harden.h"
#include "observing.h"

namespace hardened::controls {
namespace {

constexpr const char* kRule = "{oom_score_adj: 0, nice: 0, realtime: false}";
const Scheduling::Facts kShim{AtLeast::of(-998)};

struct Row {
  const char* what;
  const char* process;
  const char* expected;  // "" when its bytes stay
  const char* rule = kRule;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.what; }
std::string expected(const Row& row) { return *row.expected == '\0' ? row.process : row.expected; }

class SchedulingAtCreate : public testing::TestWithParam<Row> {};
TEST_P(SchedulingAtCreate, Process) {
  const auto of = [](const std::string& process) { return "{\"process\":" + process + "}"; };
  const auto hardened = harden<Scheduling>(Scope::bundle, of(GetParam().process), GetParam().rule, kShim);
  EXPECT_EQ(hardened.fault, "");
  EXPECT_EQ(hardened.text, of(expected(GetParam())));
  EXPECT_EQ(hardened.outcome.changes.empty(), *GetParam().expected == '\0');
}
INSTANTIATE_TEST_SUITE_P(
    All, SchedulingAtCreate,
    testing::Values(
        Row{"as Docker says it", R"({"oomScoreAdj":0})", ""},
        Row{"the first to go", R"({"oomScoreAdj":1000})", ""},
        Row{"the last to go", R"({"oomScoreAdj":-1000})", R"({"oomScoreAdj":0})"},
        Row{"a little later", R"({"oomScoreAdj":-1})", R"({"oomScoreAdj":0})"},
        Row{"what the shim has", R"({"args":[]})", R"({"args":[],"oomScoreAdj":0})"},
        Row{"null", R"({"oomScoreAdj":null})", R"({"oomScoreAdj":0})"},
        Row{"a floor of its own", R"({"oomScoreAdj":0})", R"({"oomScoreAdj":300})",
            "{oom_score_adj: 300, nice: 0, realtime: false}"},
        Row{"no floor", R"({"oomScoreAdj":-1000})", "", "{oom_score_adj: -1000, nice: 0, realtime: false}"},
        Row{"a higher nice value", R"({"oomScoreAdj":0,"scheduler":{"policy":"SCHED_BATCH","nice":5}})", ""},
        Row{"a lower nice value", R"({"oomScoreAdj":0,"scheduler":{"policy":"SCHED_OTHER","nice":-5}})",
            R"({"oomScoreAdj":0,"scheduler":{"policy":"SCHED_OTHER","nice":0}})"},
        Row{"no nice value is 0", R"({"oomScoreAdj":0,"scheduler":{"policy":"SCHED_IDLE"}})", ""},
        Row{"no nice value, below the ceiling", R"({"oomScoreAdj":0,"scheduler":{"policy":"SCHED_IDLE"}})",
            R"({"oomScoreAdj":0,"scheduler":{"policy":"SCHED_IDLE","nice":7}})",
            "{oom_score_adj: 0, nice: 7, realtime: false}"},
        Row{"first in, first out", R"({"oomScoreAdj":0,"scheduler":{"policy":"SCHED_FIFO","priority":99}})",
            R"({"oomScoreAdj":0})"},
        Row{"round robin", R"({"scheduler":{"policy":"SCHED_RR"},"oomScoreAdj":0})", R"({"oomScoreAdj":0})"},
        Row{"deadline", R"({"scheduler":{"policy":"SCHED_DEADLINE","runtime":9},"oomScoreAdj":0})",
            R"({"oomScoreAdj":0})"},
        Row{"one to come", R"({"scheduler":{"policy":"SCHED_EXT"},"oomScoreAdj":0})", R"({"oomScoreAdj":0})"},
        Row{"none named", R"({"scheduler":{"nice":-20},"oomScoreAdj":0})", R"({"oomScoreAdj":0})"},
        Row{"realtime, allowed", R"({"oomScoreAdj":0,"scheduler":{"policy":"SCHED_FIFO","priority":99}})", "",
            "{oom_score_adj: 0, nice: 0, realtime: true}"},
        Row{"block devices first",
            R"({"oomScoreAdj":0,"ioPriority":{"class":"IOPRIO_CLASS_RT","priority":0}})",
            R"({"oomScoreAdj":0})"},
        Row{"block devices as all",
            R"({"oomScoreAdj":0,"ioPriority":{"class":"IOPRIO_CLASS_BE","priority":0}})", ""},
        Row{"block devices last", R"({"oomScoreAdj":0,"ioPriority":{"class":"IOPRIO_CLASS_IDLE"}})", ""},
        Row{"no class named", R"({"oomScoreAdj":0,"ioPriority":{"priority":0}})", R"({"oomScoreAdj":0})"}));

TEST(Scheduling, AnExecThatDoesNotSpeakOfItInherits) {
  EXPECT_EQ(harden<Scheduling>(Scope::process, R"({"args":["sh"]})", kRule).text, R"({"args":["sh"]})");
  EXPECT_EQ(harden<Scheduling>(Scope::process, R"({"oomScoreAdj":-5})", kRule).text, R"({"oomScoreAdj":0})");
  EXPECT_EQ(harden<Scheduling>(Scope::process, R"({"scheduler":{"policy":"SCHED_RR"}})", kRule).text, "{}");
}

// To crun an exec without a score has that of its caller, the shim.
TEST(Scheduling, AnExecDoesNotHaveOurOwnScore) {
  const auto exec = [](const std::string& own) {
    test::FakeHost host;
    host.file("/proc/self/oom_score_adj", own);
    const std::string json = R"({"args":["sh"]})";
    const auto document = doc::read_json("process.json", json);
    const auto facts =
        Scheduling::gather(host, Spec(*document, Scope::process), ceiling_of<Scheduling>(kRule));
    return harden<Scheduling>(Scope::process, json, kRule, *facts);
  };
  const auto shims = exec("-998\n");
  EXPECT_EQ(shims.text, R"({"args":["sh"],"oomScoreAdj":0})");
  ASSERT_EQ(shims.outcome.changes.size(), 1U);
  EXPECT_TRUE(shims.outcome.changes[0].by_default);
  for (const char* own : {"0\n", "500\n"}) EXPECT_EQ(exec(own).text, R"({"args":["sh"]})") << own;
}

TEST(Scheduling, AnUpdateCarriesNone) { EXPECT_FALSE(takes_part<Scheduling>(Scope::resources)); }

TEST(Scheduling, WhatIsInheritedWasAskedByNobody) {
  const auto inherited = harden<Scheduling>(Scope::bundle, "{}", kRule, kShim).outcome;
  ASSERT_EQ(inherited.changes.size(), 1U);
  EXPECT_TRUE(inherited.changes[0].by_default);
  EXPECT_EQ(inherited.changes[0].before, "-998");
  EXPECT_EQ(inherited.changes[0].after, "0");
  const auto asked = harden<Scheduling>(Scope::bundle, R"({"process":{"oomScoreAdj":-1000}})", kRule).outcome;
  ASSERT_EQ(asked.changes.size(), 1U);
  EXPECT_FALSE(asked.changes[0].by_default);
  EXPECT_EQ(asked.changes[0].pointer, "/process/oomScoreAdj");
}

TEST(Scheduling, OurOwnScoreIsReadOnlyWhereTheRequestSaysNone) {
  test::FakeHost host;
  const auto facts = [&](const std::string& text, Scope scope = Scope::bundle) {
    const auto document = doc::read_json("config.json", text);
    return Scheduling::gather(host, Spec(*document, scope), {});
  };
  host.file("/proc/self/oom_score_adj", "-998\n");
  EXPECT_EQ(facts("{}")->inherited, AtLeast::of(-998));
  EXPECT_EQ(facts(R"({"process":{"oomScoreAdj":null}})")->inherited, AtLeast::of(-998));
  EXPECT_EQ(facts(R"({"process":{"oomScoreAdj":5}})")->inherited, AtLeast());
  EXPECT_EQ(facts("{}", Scope::process)->inherited, AtLeast::of(-998));
  EXPECT_EQ(facts(R"({"oomScoreAdj":5})", Scope::process)->inherited, AtLeast());
  host.file("/proc/self/oom_score_adj", "200\n");
  EXPECT_EQ(facts("{}")->inherited, AtLeast::of(200));
  for (const char* strange : {"", "\n", "-", "1001\n", "-1001\n", "0x1\n", "--1\n"}) {
    host.file("/proc/self/oom_score_adj", strange);
    EXPECT_FALSE(facts("{}").ok()) << strange;
  }
}

class SchedulingFault : public testing::TestWithParam<Row> {};
TEST_P(SchedulingFault, NamesItsPlace) {
  const std::string fault = harden<Scheduling>(Scope::process, GetParam().process, kRule).fault;
  EXPECT_NE(fault.find(GetParam().expected), std::string::npos) << fault;
}
INSTANTIATE_TEST_SUITE_P(
    All, SchedulingFault,
    testing::Values(Row{"a text", R"({"oomScoreAdj":"0"})", "expected an integer"},
                    Row{"a fraction", R"({"oomScoreAdj":0.5})", "found 0.5"},
                    Row{"no object", R"({"scheduler":"SCHED_FIFO"})", "expected an object"},
                    Row{"a number as policy", R"({"scheduler":{"policy":1}})", "expected a string"},
                    Row{"a text as nice", R"({"scheduler":{"policy":"SCHED_OTHER","nice":"-5"}})",
                        "expected an integer"},
                    Row{"a list", R"({"ioPriority":[]})", "expected an object"},
                    Row{"a number as class", R"({"ioPriority":{"class":1}})", "expected a string"}));

class SchedulingRuleIsWrong : public testing::TestWithParam<Row> {};
TEST_P(SchedulingRuleIsWrong, AndSaysSo) {
  const std::string wrong = wrong_with<Scheduling>(GetParam().process);
  EXPECT_NE(wrong.find(GetParam().expected), std::string::npos) << wrong;
}
INSTANTIATE_TEST_SUITE_P(
    All, SchedulingRuleIsWrong,
    testing::Values(Row{"too low", "{oom_score_adj: -1001, nice: 0, realtime: false}", "from -1000 to 1000"},
                    Row{"too high", "{oom_score_adj: 1001, nice: 0, realtime: false}", "from -1000 to 1000"},
                    Row{"too nice", "{oom_score_adj: 0, nice: 20, realtime: false}", "from -20 to 19"},
                    Row{"not nice", "{oom_score_adj: 0, nice: -21, realtime: false}", "from -20 to 19"},
                    Row{"no score", "{nice: 0, realtime: false}", "'oom_score_adj' is missing"},
                    Row{"no nice", "{oom_score_adj: 0, realtime: false}", "'nice' is missing"},
                    Row{"no realtime", "{oom_score_adj: 0, nice: 0}", "'realtime' is missing"},
                    Row{"a word", "{oom_score_adj: 0, nice: 0, realtime: deny}", "expected true or false"}));

// What the kernel shows.

class SchedulingObserved : public ObservedTest {
 protected:
  static std::string granting(const std::string& process) { return R"({"process":{)" + process + "}}"; }
};

TEST_F(SchedulingObserved, TheScoreOfTheOutOfMemoryKiller) {
  const std::string granted = granting(R"("oomScoreAdj":0)");
  EXPECT_EQ(surplus<Scheduling>(granted), "");
  running.oom_score_adj = "100\n";
  put();
  EXPECT_EQ(surplus<Scheduling>(granted), "");
  running.oom_score_adj = "-1\n";
  put();
  EXPECT_EQ(surplus<Scheduling>(granted), "has an oom_score_adj of -1 instead of 0");
  begun = Begun::running;
  EXPECT_EQ(surplus<Scheduling>(granted), "has an oom_score_adj of -1 instead of 0");
  EXPECT_EQ(surplus<Scheduling>(granting("")), "") << "inherited";
  running.oom_score_adj = "?\n";
  put();
  EXPECT_NE(surplus<Scheduling>(granted).find("fault: the kernel's oom_score_adj says '?'"),
            std::string::npos);
}

TEST_F(SchedulingObserved, TheSchedulerWhileItIsWaiting) {
  const std::string granted = granting(R"("scheduler":{"policy":"SCHED_OTHER","nice":3})");
  running.nice = 3;
  EXPECT_EQ(surplus<Scheduling>(granted), "");
  running.nice = 2;
  put();
  EXPECT_EQ(surplus<Scheduling>(granted), "has a nice value of 2 instead of 3");
  EXPECT_EQ(surplus<Scheduling>(granting("")), "") << "inherited";
  running.nice = -20;
  for (const int policy : {1, 2, 6}) {
    running.policy = policy;
    put();
    EXPECT_EQ(surplus<Scheduling>(granted), "has a real-time scheduler") << policy;
    EXPECT_EQ(surplus<Scheduling>(granting("")), "has a real-time scheduler") << policy;
    EXPECT_EQ(surplus<Scheduling>(granting(R"("scheduler":{"policy":"SCHED_RR"})")), "") << policy;
  }
  begun = Begun::running;
  EXPECT_EQ(surplus<Scheduling>(granting("")), "");
}

}  // namespace
}  // namespace hardened::controls
