#include "controls/rlimits.h"

#include <gtest/gtest.h>

#include "harden.h"
#include "tests/support/fake_host.h"

namespace hardened::controls {
namespace {

constexpr std::size_t kCore = 4;
constexpr std::size_t kNofile = 7;
constexpr const char* kInherited = "default: inherited";

// What a daemon under systemd runs with, roughly.
Rlimits::Facts own() {
  Rlimits::Facts facts;
  facts.own.fill({kNoLimit, kNoLimit});
  facts.own[kNofile] = {1024, 524288};
  return facts;
}

Hardened<Rlimits> exec(const std::string& rlimits, const std::string& rule) {
  return harden<Rlimits>(Scope::process, "{\"rlimits\":" + rlimits + "}", rule, own());
}
std::string executed(const std::string& rlimits) { return "{\"rlimits\":" + rlimits + "}"; }

// The same list at create and in an exec.
void expect(const std::string& rlimits, const std::string& rule, const std::string& expected) {
  EXPECT_EQ(exec(rlimits, rule).text, executed(expected));
  const auto hardened =
      harden<Rlimits>(Scope::bundle, "{\"process\":" + executed(rlimits) + "}", rule, own());
  EXPECT_EQ(hardened.text, "{\"process\":" + executed(expected) + "}");
}

TEST(Rlimits, ModestOnesKeepTheirBytes) {
  for (const char* list :
       {R"([{"type":"RLIMIT_NOFILE","hard":524288 ,"soft":1024}])",
        R"([{"soft":100,"hard":200,"type":"RLIMIT_NOFILE"},{"type":"RLIMIT_CORE","hard":0,"soft":0}])",
        R"([{"type":"RLIMIT_MEMLOCK","hard":18446744073709551615,"soft":18446744073709551615}])"}) {
    expect(list, kInherited, list);
  }
}

TEST(Rlimits, OnlyTheNumbersThatAreAboveChange) {
  expect(
      R"([{"type":"RLIMIT_NOFILE", "hard":600000, "soft":1000},{"type":"RLIMIT_CORE","hard":7,"soft":7}])",
      kInherited,
      R"([{"type":"RLIMIT_NOFILE", "hard":524288, "soft":1000},{"type":"RLIMIT_CORE","hard":7,"soft":7}])");
  expect(R"([{"type":"RLIMIT_NOFILE","hard":1048576,"soft":65536}])", kInherited,
         R"([{"type":"RLIMIT_NOFILE","hard":524288,"soft":65536}])");
}

TEST(Rlimits, NoLimitIsExactToTheDigit) {
  expect(R"([{"type":"RLIMIT_MEMLOCK","hard":18446744073709551615,"soft":18446744073709551615}])",
         "{default: inherited, memlock: 18446744073709551614}",
         R"([{"type":"RLIMIT_MEMLOCK","hard":18446744073709551614,"soft":18446744073709551614}])");
  expect(R"([{"type":"RLIMIT_MEMLOCK","hard":18446744073709551614,"soft":3}])",
         "{default: inherited, memlock: unlimited}",
         R"([{"type":"RLIMIT_MEMLOCK","hard":18446744073709551614,"soft":3}])");
}

TEST(Rlimits, ATypesOwnRuleStandsOverTheDefault) {
  const char* list = R"([{"type":"RLIMIT_NOFILE","hard":1048576,"soft":1048576}])";
  expect(list, "{default: inherited, nofile: 1048576}", list);
  expect(list, "{default: unlimited, nofile: {soft: 5, hard: 9}}",
         R"([{"type":"RLIMIT_NOFILE","hard":9,"soft":5}])");
}

// Absence.

TEST(Rlimits, AbsentAtCreateIsOurOwnAndWrittenOnlyAboveTheCeiling) {
  const char* asked = R"({"process":{"cwd":"/"}})";
  EXPECT_EQ(harden<Rlimits>(Scope::bundle, asked, kInherited, own()).text, asked);
  EXPECT_EQ(harden<Rlimits>(Scope::bundle, asked,
                            "{default: unlimited, nofile: 4096, core: {soft: 0, hard: 8}}", own())
                .text,
            R"({"process":{"cwd":"/","rlimits":[{"type":"RLIMIT_CORE","hard":8,"soft":0},)"
            R"({"type":"RLIMIT_NOFILE","hard":4096,"soft":1024}]}})");
}

TEST(Rlimits, ANullOrEmptyListAtCreateIsAbsenceToo) {
  const std::string rule = "{default: unlimited, core: 0}";
  const std::string core = R"({"process":{"rlimits":[{"type":"RLIMIT_CORE","hard":0,"soft":0}]}})";
  EXPECT_EQ(harden<Rlimits>(Scope::bundle, R"({"process":{"rlimits":null}})", rule, own()).text, core);
  EXPECT_EQ(harden<Rlimits>(Scope::bundle, R"({"process":{"rlimits":[]}})", rule, own()).text, core);
}

TEST(Rlimits, AnExecWithoutOnesKeepsTheContainers) {
  for (const char* process : {"{}", R"({"rlimits":null})", R"({"rlimits":[]})"}) {
    const auto hardened = harden<Rlimits>(Scope::process, process, "default: 0", own());
    EXPECT_EQ(hardened.text, process);
    EXPECT_EQ(hardened.outcome.verdict, Verdict::unchanged);
  }
}

TEST(Rlimits, AnExecThatNamesOneTypeHasOurOwnInTheOthers) {
  // runc takes the process's list instead of the container's as soon as it has one entry.
  EXPECT_EQ(
      exec(R"([{"type":"RLIMIT_NOFILE","hard":9,"soft":9}])", "{default: unlimited, core: 0}").text,
      executed(R"([{"type":"RLIMIT_NOFILE","hard":9,"soft":9},{"type":"RLIMIT_CORE","hard":0,"soft":0}])"));
}

TEST(Rlimits, AnUpdateCarriesNone) { EXPECT_FALSE(takes_part<Rlimits>(Scope::resources)); }

// An engine runs under 1024:524288, an image asks for --ulimit nofile=65536: the hard limit would let it have that.
TEST(Rlimits, ASoftLimitIsBoundedByTheHardOneThatIsInherited) {
  const std::string asked = R"([{"type":"RLIMIT_NOFILE","hard":65536,"soft":65536}])";
  EXPECT_EQ(exec(asked, kInherited).text, executed(asked));
}

// What is told.

TEST(Rlimits, AChangeNamesTheTypeAndBothNumbers) {
  const auto changes =
      exec(R"([{"type":"RLIMIT_NOFILE","hard":18446744073709551615,"soft":2000}])", kInherited)
          .outcome.changes;
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].before, "RLIMIT_NOFILE 2000:unlimited");
  EXPECT_EQ(changes[0].after, "RLIMIT_NOFILE 2000:524288");
  EXPECT_NE(changes[0].reason.find("the ceiling is 524288:524288, what the runtime itself runs under"),
            std::string::npos);
  EXPECT_FALSE(changes[0].by_default);
}

TEST(Rlimits, WhatIsInheritedWasNotAskedFor) {
  const auto outcome = harden<Rlimits>(Scope::bundle, "{}", "{default: unlimited, core: 0}", own()).outcome;
  ASSERT_EQ(outcome.changes.size(), 1U);
  EXPECT_TRUE(outcome.changes[0].by_default);
}

// What readers could take differently.

struct Row {
  const char* text;
  const char* says;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.says; }

class RlimitsFault : public testing::TestWithParam<Row> {};
TEST_P(RlimitsFault, NamesItsPlace) {
  const std::string fault = exec(GetParam().text, kInherited).fault;
  EXPECT_NE(fault.find(GetParam().says), std::string::npos) << fault;
  EXPECT_NE(fault.find("config.json:1:"), std::string::npos) << fault;
}
INSTANTIATE_TEST_SUITE_P(
    All, RlimitsFault,
    testing::Values(
        Row{R"([{"type":"RLIMIT_NOFILES","hard":1,"soft":1}])",
            "unknown rlimit 'RLIMIT_NOFILES', did you mean RLIMIT_NOFILE?"},
        Row{R"([{"type":"rlimit_nofile","hard":1,"soft":1}])", "unknown rlimit 'rlimit_nofile'"},
        Row{R"([{"type":"NOFILE","hard":1,"soft":1}])", "unknown rlimit 'NOFILE'"},
        Row{R"([{"type":"RLIMIT_AS","hard":1,"soft":1},{"type":"RLIMIT_AS","hard":1,"soft":1}])",
            "RLIMIT_AS stands in the list twice"},
        Row{R"([{"type":"RLIMIT_AS","soft":1}])", "'hard' is missing"},
        Row{R"([{"type":"RLIMIT_AS","hard":1}])", "'soft' is missing"},
        Row{R"([{"hard":1,"soft":1}])", "'type' is missing"},
        Row{R"([{"type":"RLIMIT_AS","hard":1,"soft":null}])", "'soft' is missing"},
        Row{R"([{"type":"RLIMIT_AS","hard":-1,"soft":1}])", "found -1"},
        Row{R"([{"type":"RLIMIT_AS","hard":18446744073709551616,"soft":1}])", "found 18446744073709551616"},
        Row{R"([{"type":"RLIMIT_AS","hard":1.8446744073709552e19,"soft":1}])", "found 1.8446744073709552e19"},
        Row{R"([{"type":"RLIMIT_AS","hard":"1","soft":1}])", "expected an unsigned integer, found a string"},
        Row{R"([null])", "expected an object"}, Row{R"({"RLIMIT_AS":1})", "expected a list"}));

// The rule.

class RlimitsRuleIsWrong : public testing::TestWithParam<Row> {};
TEST_P(RlimitsRuleIsWrong, AndSaysSo) {
  const std::string wrong = wrong_with<Rlimits>(GetParam().text);
  EXPECT_NE(wrong.find(GetParam().says), std::string::npos) << wrong;
}
INSTANTIATE_TEST_SUITE_P(
    All, RlimitsRuleIsWrong,
    testing::Values(
        Row{"nofile: 5", "'default' is missing"},
        Row{"default: none", "expected a number or unlimited, inherited, or"},
        Row{"default: -1", "expected a number or unlimited"},
        Row{"{default: inherited, core: {soft: 2, hard: 1}}", "the soft limit is above the hard one"},
        Row{"{default: inherited, core: {soft: unlimited, hard: 1}}", "the soft limit is above the hard one"},
        Row{"{default: inherited, core: {soft: 2}}", "'hard' is missing"},
        Row{"{default: inherited, core: {soft: 2, hard: inherited}}", "expected a number or unlimited"},
        Row{"{default: inherited, core: {soft: 2, hard: 3, max: 4}}", "unknown key 'max'"}));

TEST(Rlimits, EveryFaultOfARuleIsTold) {
  const doc::Document rule = yaml_of("{default: x, core: y, nofile: {soft: 1}}");
  doc::Diagnostics wrong;
  const auto ceiling = Rlimits::parse(Rule(doc::Cursor(rule, rule.root), std::nullopt), wrong);
  EXPECT_EQ(wrong.errors().size(), 3U);
  EXPECT_FALSE(ceiling[kNofile].inherited);
  EXPECT_EQ(ceiling[kNofile].limit, (Limit{0, 0}));
}

TEST(Rlimits, EveryTypeHasItsKey) {
  for (std::size_t type = 0; type < ResourceLimits::types.size(); ++type) {
    std::string spelled = "RLIMIT_";
    for (const char c : Rlimits::keys[type + 1]) spelled += static_cast<char>(c - 'a' + 'A');
    EXPECT_EQ(spelled, ResourceLimits::types[type]);
  }
}

TEST(Rlimits, TheFactsAreTheLimitsThatWeRunUnder) {
  test::FakeHost host;
  host.machine.limits[kCore] = {3, 4};
  const doc::Document nothing;
  const auto facts = Rlimits::gather(host, Spec(nothing, Scope::process), {});
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->own[kCore], (Limit{3, 4}));
}

}  // namespace
}  // namespace hardened::controls
