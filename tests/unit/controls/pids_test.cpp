#include "controls/pids.h"

#include <gtest/gtest.h>

#include "harden.h"
#include "tests/support/fake_host.h"

namespace hardened::controls {
namespace {

constexpr const char* kRule = "{default: 100, maximum: 4096}";

struct Row {
  const char* what;
  const char* resources;
  const char* expected;  // "" when its bytes stay
  const char* rule = kRule;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.what; }
std::string expected(const Row& row) { return *row.expected == '\0' ? row.resources : row.expected; }

class PidsAtCreate : public testing::TestWithParam<Row> {};
TEST_P(PidsAtCreate, Resources) {
  const auto of = [](const std::string& resources) {
    return "{\"linux\":{\"resources\":" + resources + "}}";
  };
  const auto hardened = harden<Pids>(Scope::bundle, of(GetParam().resources), GetParam().rule);
  EXPECT_EQ(hardened.fault, "");
  EXPECT_EQ(hardened.text, of(expected(GetParam())));
}
INSTANTIATE_TEST_SUITE_P(
    All, PidsAtCreate,
    testing::Values(
        Row{"absent", R"({"cpu":{}})", R"({"cpu":{},"pids":{"limit":100}})"},
        Row{"null resources", "null", R"({"pids":{"limit":100}})"},
        Row{"null", R"({"pids":null})", R"({"pids":{"limit":100}})"},
        Row{"no limit in it", R"({"pids":{}})", R"({"pids":{"limit":100}})"},
        Row{"a null limit", R"({"pids":{"limit":null}})", R"({"pids":{"limit":100}})"},
        Row{"modest, above the default", R"({"pids":{"limit": 4096}})", ""},
        Row{"modest", R"({"pids":{"limit": 1}})", ""},
        Row{"above", R"({"pids":{"limit": 4097}})", R"({"pids":{"limit": 4096}})"},
        Row{"the largest", R"({"pids":{"limit":9223372036854775807}})", R"({"pids":{"limit":4096}})"},
        Row{"minus one", R"({"pids":{"limit":-1}})", R"({"pids":{"limit":4096}})"},
        Row{"any negative", R"({"pids":{"limit":-9223372036854775808}})", R"({"pids":{"limit":4096}})"},
        Row{"zero", R"({"pids":{"limit":0}})", R"({"pids":{"limit":4096}})"},
        Row{"unified max", R"({"pids":{"limit":7},"unified":{"pids.max":"max"}})",
            R"({"pids":{"limit":7},"unified":{"pids.max":"4096"}})"},
        Row{"unified above", R"({"pids":{"limit":-1},"unified":{"pids.max":"5000","memory.max":"max"}})",
            R"({"pids":{"limit":4096},"unified":{"pids.max":"4096","memory.max":"max"}})"},
        // Where unified is passed over (crun, cgroup v1), the absent limit would count.
        Row{"unified modest, no limit", R"({"unified":{"pids.max":"7"}})",
            R"({"unified":{"pids.max":"7"},"pids":{"limit":7}})"},
        Row{"unified above the default, no limit", R"({"unified":{"pids.max":"200"}})",
            R"({"unified":{"pids.max":"200"},"pids":{"limit":100}})"},
        Row{"unified null", R"({"pids":{"limit":7},"unified":{"pids.max":null}})", ""},
        Row{"no ceiling: absent", R"({"cpu":{}})", "", "{default: unlimited, maximum: unlimited}"},
        Row{"no ceiling: zero", R"({"pids":{"limit":0}})", "", "{default: unlimited, maximum: unlimited}"},
        Row{"only a default: absent", R"({"cpu":{}})", R"({"cpu":{},"pids":{"limit":9}})",
            "{default: 9, maximum: unlimited}"},
        Row{"only a default: unlimited", R"({"pids":{"limit":-1}})", "",
            "{default: 9, maximum: unlimited}"}));

class PidsInAnUpdate : public testing::TestWithParam<Row> {};
TEST_P(PidsInAnUpdate, Resources) {
  const auto hardened = harden<Pids>(Scope::resources, GetParam().resources, GetParam().rule);
  EXPECT_EQ(hardened.fault, "");
  EXPECT_EQ(hardened.text, expected(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(
    All, PidsInAnUpdate,
    testing::Values(Row{"absent is kept", R"({"memory":{"limit":0}})", ""},
                    Row{"null is kept", R"({"pids":null})", ""}, Row{"empty is kept", R"({"pids":{}})", ""},
                    Row{"nothing", "{}", ""}, Row{"modest", R"({"pids":{"limit":4096}})", ""},
                    Row{"minus one", R"({"pids":{"limit":-1}})", R"({"pids":{"limit":4096}})"},
                    Row{"zero is taken out", R"({"cpu":{},"pids":{"limit":0}})", R"({"cpu":{}})"},
                    Row{"zero, alone", R"({"pids":{"limit":0}})", "{}"},
                    Row{"unified", R"({"unified":{"pids.max":"max"}})", R"({"unified":{"pids.max":"4096"}})"},
                    Row{"unified, and no limit is invented", R"({"unified":{"pids.max":"7"}})", ""},
                    Row{"no ceiling: zero", R"({"pids":{"limit":0}})", "",
                        "{default: unlimited, maximum: unlimited}"}));

// What the runtime would write behind the scope's own limit, and above it.
TEST(Pids, TheDefaultIsNotAboveTheTasksMaxOfTheRequest) {
  test::FakeHost host;
  const auto granted = [&](const std::string& annotation) {
    const std::string text = R"({"annotations":{"org.systemd.property.TasksMax":)" + annotation + "}}";
    const auto document = doc::read_json("config.json", text);
    const auto facts = Pids::gather(host, Spec(*document, Scope::bundle), {});
    const std::string hardened = harden<Pids>(Scope::bundle, text, kRule, *facts).text;
    return hardened.substr(text.size() - 1);
  };
  const auto limit = [](const std::string& tasks) {
    return R"(,"linux":{"resources":{"pids":{"limit":)" + tasks + "}}}}";
  };
  for (const char* form : {R"("7")", R"("uint64 7")", R"("@t 7")"}) EXPECT_EQ(granted(form), limit("7"));
  for (const char* form : {R"("uint64 101")", R"("infinity")", R"("uint64 0")", R"("")", R"("7 ")", "null"}) {
    EXPECT_EQ(granted(form), limit("100")) << form;
  }
}

TEST(Pids, MissingResourcesAreMade) {
  EXPECT_EQ(harden<Pids>(Scope::bundle, R"({"linux":{}})", kRule).text,
            R"({"linux":{"resources":{"pids":{"limit":100}}}})");
  EXPECT_EQ(harden<Pids>(Scope::bundle, "{}", kRule).text,
            R"({"linux":{"resources":{"pids":{"limit":100}}}})");
}

TEST(Pids, OnlyTheAbsentLimitIsTheEnginesDefault) {
  const auto absent = harden<Pids>(Scope::bundle, "{}", kRule).outcome;
  ASSERT_EQ(absent.changes.size(), 1U);
  EXPECT_TRUE(absent.changes[0].by_default);
  EXPECT_EQ(absent.changes[0].before, "no limit");
  EXPECT_EQ(absent.changes[0].after, "100");
  const auto above =
      harden<Pids>(Scope::resources, R"({"pids":{"limit":5000},"unified":{"pids.max":"max"}})", kRule)
          .outcome;
  ASSERT_EQ(above.changes.size(), 2U);
  EXPECT_FALSE(above.changes[0].by_default);
  EXPECT_EQ(above.changes[0].pointer, "/linux/resources/pids/limit");
  EXPECT_EQ(above.changes[0].before, "5000");
  EXPECT_EQ(above.changes[1].pointer, "/linux/resources/unified/pids.max");
  EXPECT_EQ(above.changes[1].before, "unlimited");
  EXPECT_EQ(above.changes[1].after, "4096");
}

TEST(Pids, AZeroThatWasTakenOutIsNoted) {
  const auto outcome = harden<Pids>(Scope::resources, R"({"pids":{"limit":0}})", kRule).outcome;
  EXPECT_EQ(outcome.verdict, Verdict::narrowed);
  EXPECT_EQ(outcome.notes.size(), 1U);
  // Engines that send zeros with every update mean "as it is": a rule that refuses lets them.
  ASSERT_EQ(outcome.changes.size(), 1U);
  EXPECT_TRUE(outcome.changes[0].by_default);
}

TEST(Pids, AnExecCarriesNone) { EXPECT_FALSE(takes_part<Pids>(Scope::process)); }

class PidsFault : public testing::TestWithParam<Row> {};
TEST_P(PidsFault, NamesItsPlace) {
  const std::string fault = harden<Pids>(Scope::resources, GetParam().resources, kRule).fault;
  EXPECT_NE(fault.find(GetParam().expected), std::string::npos) << fault;
  EXPECT_NE(fault.find("config.json:1:"), std::string::npos) << fault;
}
INSTANTIATE_TEST_SUITE_P(
    All, PidsFault,
    testing::Values(
        Row{"beyond int64", R"({"pids":{"limit":9223372036854775808}})", "found 9223372036854775808"},
        Row{"far beyond", R"({"pids":{"limit":-99999999999999999999}})", "found -9999"},
        Row{"a fraction", R"({"pids":{"limit":1.5}})", "found 1.5"},
        Row{"an exponent", R"({"pids":{"limit":1e3}})", "found 1e3"},
        Row{"a string", R"({"pids":{"limit":"100"}})", "expected an integer, found a string"},
        Row{"a bare number", R"({"pids":100})", "expected an object"},
        Row{"a list", R"({"pids":[]})", "expected an object"},
        Row{"unified as a number", R"({"unified":{"pids.max":100}})", "expected a string"},
        Row{"unified zero", R"({"unified":{"pids.max":"0"}})", "a decimal number from 1 on, found '0'"},
        Row{"unified octal", R"({"unified":{"pids.max":"0777777"}})", "found '0777777'"},
        Row{"unified hexadecimal", R"({"unified":{"pids.max":"0x7"}})", "found '0x7'"},
        Row{"unified negative", R"({"unified":{"pids.max":"-1"}})", "found '-1'"},
        Row{"unified blank", R"({"unified":{"pids.max":"max\n"}})", "max\\x0a"},
        Row{"unified empty", R"({"unified":{"pids.max":""}})", "found ''"},
        Row{"unified far beyond", R"({"unified":{"pids.max":"99999999999999999999"}})", "found '9999"},
        Row{"unified a list", R"({"unified":["pids.max"]})", "expected an object"}));

TEST(Pids, ResourcesThatAreNoObjectAreNotTakenForAbsence) {
  EXPECT_NE(harden<Pids>(Scope::bundle, R"({"linux":{"resources":[]}})", kRule).fault, "");
  EXPECT_NE(harden<Pids>(Scope::bundle, R"({"linux":"x"})", kRule).fault, "");
}

class PidsRuleIsWrong : public testing::TestWithParam<Row> {};
TEST_P(PidsRuleIsWrong, AndSaysSo) {
  const std::string wrong = wrong_with<Pids>(GetParam().resources);
  EXPECT_NE(wrong.find(GetParam().expected), std::string::npos) << wrong;
}
INSTANTIATE_TEST_SUITE_P(
    All, PidsRuleIsWrong,
    testing::Values(
        Row{"default above", "{default: 5, maximum: 4}", "the default (5) is above the maximum (4)"},
        Row{"default unlimited", "{default: unlimited, maximum: 4}", "the default (unlimited) is above"},
        Row{"zero", "{default: 0, maximum: 4}", "from 1 to 4194304, or unlimited"},
        Row{"negative", "{default: 1, maximum: -1}", "from 1 to 4194304"},
        Row{"more than the kernel takes", "{default: 1, maximum: 4194305}", "from 1 to 4194304"},
        Row{"no maximum", "{default: 1}", "'maximum' is missing"},
        Row{"no default", "{maximum: 1}", "'default' is missing"},
        Row{"a word", "{default: 1, maximum: max}", "or unlimited"}));

TEST(Pids, BothFaultsOfARuleAreTold) {
  const doc::Document rule = yaml_of("{default: 0, maximum: x}");
  doc::Diagnostics wrong;
  static_cast<void>(Pids::parse(Rule(doc::Cursor(rule, rule.root), std::nullopt), wrong));
  EXPECT_EQ(wrong.errors().size(), 2U);
}

TEST(Pids, TheOperatorsMaximumStandsOverTheBasesDefault) {
  const auto ceiling = ceiling_of<Pids>("maximum: 512", "{default: 100, maximum: 4096}");
  EXPECT_EQ(ceiling.maximum, TaskLimit::of(512));
  EXPECT_EQ(ceiling.by_default, TaskLimit::of(100));
}

}  // namespace
}  // namespace hardened::controls
