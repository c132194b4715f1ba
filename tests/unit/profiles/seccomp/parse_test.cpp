// The OCI section; Docker's format is in parse_docker_test.cpp.
#include "profiles/seccomp/parse.h"

#include <gtest/gtest.h>

#include "core/doc/json.h"
#include "tests/unit/profiles/seccomp/trouble.h"

namespace hardened::seccomp {
namespace {

constexpr Architecture kOwn = Architecture::x86_64;

Result<Profile> section(std::string text) {
  const auto document = doc::read_json("config.json", std::move(text));
  if (!document) return document.error();
  return parse_section(doc::Cursor(*document, document->root), kOwn);
}

TEST(SeccompSection, ReadsEveryField) {
  const auto read = section(R"({"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38,
    "architectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X86_64", "SCMP_ARCH_X86"], "flags": ["SECCOMP_FILTER_FLAG_LOG"],
    "listenerPath": "/run/agent", "listenerMetadata": "words",
    "syscalls": [{"names": ["read", "write"], "action": "SCMP_ACT_ALLOW"},
                 {"names": ["clone"], "action": "SCMP_ACT_TRACE", "errnoRet": 7,
                  "args": [{"index": 1, "value": 18446744073709551615, "valueTwo": 3, "op": "SCMP_CMP_MASKED_EQ"}]}]})");
  ASSERT_TRUE(read) << trouble(read);
  EXPECT_TRUE(read->confined);
  EXPECT_EQ(read->fallback, (Answer{Action::error, 38}));
  EXPECT_EQ(read->foreign, std::vector{Architecture::x86});
  EXPECT_TRUE(read->own_listed);
  EXPECT_EQ(read->flags, std::vector<std::string>{"SECCOMP_FILTER_FLAG_LOG"});
  EXPECT_EQ(read->listener_path, "/run/agent");
  EXPECT_EQ(read->listener_metadata, "words");
  const Condition masked{1, Compare::masked_equal, ~std::uint64_t{0}, 3};
  EXPECT_EQ(read->rules, (std::vector<Rule>{{{"read", "write"}, {Action::allow, 0}, {}},
                                            {{"clone"}, {Action::trace, 7}, {masked}}}));
}

TEST(SeccompSection, KnowsTheThreeWaysToSayNoFilter) {
  for (const char* text :
       {"{}", R"({"defaultAction": ""})", R"({"syscalls": [], "flags": []})", R"({"syscalls": null})"}) {
    const auto read = section(text);
    ASSERT_TRUE(read) << trouble(read);
    EXPECT_FALSE(read->confined) << text;
  }
  const auto allow = section(R"({"defaultAction": "SCMP_ACT_ALLOW"})");
  ASSERT_TRUE(allow);
  EXPECT_TRUE(allow->confined);
  EXPECT_SAYS(section(R"({"syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}]})"),
              "'defaultAction' is missing");
}

TEST(SeccompSection, TellsAbsentFlagsFromNone) {
  EXPECT_FALSE(section(R"({"defaultAction": "SCMP_ACT_ERRNO"})")->flags.has_value());
  EXPECT_EQ(section(R"({"defaultAction": "SCMP_ACT_ERRNO", "flags": []})")->flags,
            std::vector<std::string>{});
  EXPECT_TRUE(allows_speculation(*section(R"({"defaultAction": "SCMP_ACT_ERRNO"})")));
  EXPECT_FALSE(allows_speculation(*section(R"({"defaultAction": "SCMP_ACT_ERRNO", "flags": []})")));
}

TEST(SeccompSection, ReadsKillAsKillThreadAndErrnoAsEperm) {
  const auto read = section(R"({"defaultAction": "SCMP_ACT_KILL", "syscalls": [
    {"names": ["read"], "action": "SCMP_ACT_ERRNO"}, {"names": ["write"], "action": "SCMP_ACT_ALLOW", "errnoRet": 5}]})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->fallback, (Answer{Action::kill_thread, 0}));
  EXPECT_EQ(read->rules[0].answer, (Answer{Action::error, 1}));
  EXPECT_EQ(read->rules[1].answer, (Answer{Action::allow, 0}));
}

TEST(SeccompSection, NamesTheRuleThatIsWrong) {
  const auto with_rule = [](const std::string& rule) {
    return section(
        R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}, )" +
        rule + "]}");
  };
  EXPECT_SAYS(with_rule(R"({"names": ["a", "b", "c", "d"], "action": "ALLOW"})"),
              "rule 2 (a, b, c and 1 more)");
  EXPECT_SAYS(with_rule(R"({"names": ["a"], "action": "ALLOW"})"), "unknown action 'ALLOW'");
  EXPECT_SAYS(with_rule(R"({"names": ["a"]})"), "'action' is missing");
  EXPECT_SAYS(with_rule(R"({"names": ["a"], "action": "SCMP_ACT_ERRNO", "errnoRet": 65536})"),
              "at most 65535");
  EXPECT_SAYS(with_rule(R"({"names": ["a"], "action": "SCMP_ACT_ERRNO", "errnoRet": -1})"), "rule 2 (a)");
  EXPECT_SAYS(with_rule(R"({"names": [""], "action": "SCMP_ACT_ALLOW"})"), "an empty name");
  EXPECT_SAYS(with_rule(R"({"names": "a", "action": "SCMP_ACT_ALLOW"})"), "rule 2");
  EXPECT_SAYS(with_rule(R"(null)"), "rule 2");
  const auto with_argument = [&](const std::string& argument) {
    return with_rule(R"({"names": ["a"], "action": "SCMP_ACT_ALLOW", "args": [)" + argument + "]}");
  };
  EXPECT_SAYS(with_argument(R"({"index": 6, "value": 1, "op": "SCMP_CMP_EQ"})"), "0 to 5");
  EXPECT_SAYS(with_argument(R"({"index": 0, "value": 1, "op": "=="})"), "unknown comparison '=='");
  EXPECT_SAYS(with_argument(R"({"index": 0, "value": 1})"), "'op' is missing");
  EXPECT_SAYS(with_argument(R"({"index": 0, "value": 18446744073709551616, "op": "SCMP_CMP_EQ"})"),
              "64 bits");
  EXPECT_SAYS(with_argument("7"), "a condition is an object");
  EXPECT_TRUE(with_argument(R"({"op": "SCMP_CMP_EQ"})"));  // index and value 0, as Go's decoder has it
}

TEST(SeccompSection, RefusesUnknownWords) {
  EXPECT_SAYS(section(R"({"defaultAction": "SCMP_ACT_ERRNO", "flags": ["LOUD"]})"),
              "unknown filter flag 'LOUD'");
  EXPECT_SAYS(section(R"({"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["vax"]})"),
              "unknown architecture 'vax'");
  EXPECT_SAYS(section(R"({"defaultAction": 3})"), "expected a string");
  EXPECT_SAYS(section("[]"), "is an object");
}

TEST(SeccompSection, IsReadBackAsItWasWritten) {
  const auto read =
      section(R"({"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32"],
    "flags": [], "syscalls": [{"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38},
    {"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "value": 12, "valueTwo": 4, "op": "SCMP_CMP_MASKED_EQ"}]}]})");
  ASSERT_TRUE(read);
  const std::string text = doc::print(write(*read, kOwn));
  EXPECT_NE(text.find(R"({"names":["clone3"],"action":"SCMP_ACT_ERRNO","errnoRet":38})"), std::string::npos)
      << text;
  const auto again = section(text);
  ASSERT_TRUE(again) << trouble(again);
  EXPECT_TRUE(identical(*read, *again)) << text;
  EXPECT_TRUE(write(Profile::unconfined(), kOwn).is(doc::Kind::null));
  const auto strictest = section(doc::print(write(Profile{}, kOwn)));
  ASSERT_TRUE(strictest);
  EXPECT_TRUE(identical(*strictest, Profile{}));
}

TEST(SeccompSection, TakesNoErrnoByName) {
  // runc does not know the key, so that it says nothing there: controls/fields.h judges it.
  const auto read = section(R"({"defaultAction": "SCMP_ACT_ERRNO", "defaultErrno": "ENOSYS", "syscalls": [
    {"names": ["read"], "action": "SCMP_ACT_ERRNO", "errno": "EINVAL", "": "EINVAL"}]})");
  ASSERT_TRUE(read) << trouble(read);
  EXPECT_EQ(read->fallback, (Answer{Action::error, kEperm}));
  EXPECT_EQ(read->rules[0].answer, (Answer{Action::error, kEperm}));
}

TEST(SeccompSection, IsBoundedInCallsAndConditions) {
  const auto of = [](std::size_t rules) {
    const std::string thirty_two =
        R"({"names": ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"],
      "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "op": "SCMP_CMP_NE"}, {"index": 1, "op": "SCMP_CMP_NE"}]})";
    std::string text = R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [)";
    for (std::size_t i = 0; i < rules; ++i) text += (i == 0 ? "" : ",") + thirty_two;
    return section(text + "]}");
  };
  EXPECT_TRUE(of(2048));
  const auto more = of(2049);
  EXPECT_SAYS(more, "rule 2049 (a, b, c and 13 more)");
  EXPECT_SAYS(more, "more than 65536 calls and conditions");
}

TEST(KernelVersion, IsTheTwoNumbersInFront) {
  EXPECT_EQ(kernel_version("6.1.0-30-amd64"), (KernelVersion{6, 1}));
  EXPECT_EQ(kernel_version("4.8"), (KernelVersion{4, 8}));
  EXPECT_LT((KernelVersion{4, 8}), (KernelVersion{4, 10}));
  EXPECT_FALSE(kernel_version("linux"));
  EXPECT_FALSE(kernel_version("6"));
}

}  // namespace
}  // namespace hardened::seccomp
