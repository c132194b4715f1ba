#include "profiles/seccomp/compile.h"

#include <gtest/gtest.h>
#include <linux/filter.h>

#include <cstring>

#include "core/doc/json.h"
#include "profiles/embedded.h"
#include "profiles/seccomp/libseccomp.h"
#include "profiles/seccomp/parse.h"
#include "profiles/seccomp/resolve.h"
#include "tests/support/seccomp_compile.h"

namespace hardened::seccomp {
namespace {

constexpr Architecture kOwn = Architecture::x86_64;
static_assert(sizeof(sock_filter) == kStepBytes);

Profile section(const std::string& text) {
  const auto document = doc::read_json("section", text);
  EXPECT_TRUE(document);
  const auto profile = parse_section(doc::Cursor(*document, document->root), kOwn);
  EXPECT_TRUE(profile) << profile.error().what;
  return profile ? *profile : Profile{};
}

std::string rules(const std::string& syscalls, const std::string& architectures = "") {
  return R"({"defaultAction":"SCMP_ACT_ERRNO")" +
         (architectures.empty() ? "" : R"(,"architectures":[)" + architectures + "]") + R"(,"syscalls":[)" +
         syscalls + "]}";
}

std::string allow(const std::string& name, const std::string& more = "") {
  return R"({"names":[")" + name + R"("],"action":"SCMP_ACT_ALLOW")" + more + "}";
}

test::Program steps(const std::string& bytes) {
  test::Program out(bytes.size() / kStepBytes);
  std::memcpy(out.data(), bytes.data(), out.size() * kStepBytes);
  return out;
}

Action action_of(const std::string& program, const std::string& name, std::uint64_t first = 0,
                 std::uint64_t second = 0) {
  const test::Call call{kOwn, name, {first, second}};
  return test::run(steps(program), call, *call_number(name, kOwn)).action;
}

std::string bytes_of(const test::Program& program) {
  return {reinterpret_cast<const char*>(program.data()), program.size() * kStepBytes};
}

bool here() { return FilterBuilder::is_native(kOwn); }

// tests/support compiles as runc does; for these profiles crun does the same.
void expect_same_as_runc(const Profile& profile) {
  const auto own = compile(profile, kOwn);
  const auto other = test::compile(profile, kOwn);
  ASSERT_EQ(own.ok(), other.has_value());
  if (own) {
    EXPECT_EQ(*own, bytes_of(*other));
  }
}

TEST(SeccompCompile, IsWhatARuntimeMakesOfTheShippedProfile) {
  if (!here()) GTEST_SKIP() << "made for another machine";
  const auto document = doc::read_json("default.json", std::string(embedded::default_json));
  ASSERT_TRUE(document);
  const auto file = parse_docker(doc::Cursor(*document, document->root));
  ASSERT_TRUE(file);
  const Profile profile = resolve(*file, Flags(), {kOwn, {6, 1}});
  EXPECT_EQ(profile.foreign.size(), 2U);
  expect_same_as_runc(profile);
}

TEST(SeccompCompile, IsWhatARuntimeMakesOfOddProfiles) {
  if (!here()) GTEST_SKIP() << "made for another machine";
  const std::string x86 = R"("SCMP_ARCH_X86_64","SCMP_ARCH_X86")";
  const std::string twice =
      R"(,"args":[{"index":0,"value":1,"op":"SCMP_CMP_EQ"},{"index":0,"value":5,"op":"SCMP_CMP_EQ"}])";
  for (const std::string& text :
       {rules(""), rules(allow("read")), rules(allow("read"), x86),
        rules(allow("no_such_call") + "," + allow("read")), rules(allow("read", twice), x86),
        rules(allow("read", R"(,"args":[])")),
        rules(R"({"names":["read","write"],"action":"SCMP_ACT_ERRNO","errnoRet":1},)" + allow("close")),
        rules(R"({"names":["read","write"],"action":"SCMP_ACT_ERRNO","errnoRet":38},)" + allow("close")),
        std::string(R"({"defaultAction":"SCMP_ACT_KILL"})"),
        std::string(R"({"defaultAction":"SCMP_ACT_LOG"})")}) {
    SCOPED_TRACE(text);
    expect_same_as_runc(section(text));
  }
}

TEST(SeccompCompile, TwoConditionsOnOneArgumentAreTwoRules) {
  if (!here()) GTEST_SKIP() << "made for another machine";
  const auto program = compile(
      section(rules(allow(
          "read",
          R"(,"args":[{"index":0,"value":1,"op":"SCMP_CMP_EQ"},{"index":1,"value":2,"op":"SCMP_CMP_EQ"},{"index":0,"value":5,"op":"SCMP_CMP_EQ"}])"))),
      kOwn);
  ASSERT_TRUE(program);
  EXPECT_EQ(action_of(*program, "read", 1), Action::allow);
  EXPECT_EQ(action_of(*program, "read", 5), Action::allow);
  EXPECT_EQ(action_of(*program, "read", 7, 2), Action::allow);
  EXPECT_EQ(action_of(*program, "read", 7), Action::error);
}

// crun reads six conditions of a list, and sees only among those that two are on one argument.
TEST(SeccompCompile, ASeventhConditionIsNotRead) {
  if (!here()) GTEST_SKIP() << "made for another machine";
  std::string args;
  for (int i = 0; i < 6; ++i)
    args += R"({"index":)" + std::to_string(i) + R"(,"value":0,"op":"SCMP_CMP_EQ"},)";
  args += R"({"index":0,"value":7,"op":"SCMP_CMP_EQ"})";
  const auto program = compile(section(rules(allow("read", R"(,"args":[)" + args + "]"))), kOwn);
  ASSERT_TRUE(program);
  EXPECT_EQ(action_of(*program, "read", 0), Action::allow);
  EXPECT_EQ(action_of(*program, "read", 7), Action::error);
  EXPECT_EQ(action_of(*program, "read", 0, 1), Action::error);
}

// Seen to run for ever in libseccomp 2.5.4: two rules that begin with one order and go on differently.
TEST(SeccompCompile, DoesNotTryWhatMayNeverComeBack) {
  if (!here()) GTEST_SKIP() << "made for another machine";
  const auto rule = [](unsigned index) {
    return Rule{{"clone3"}, {Action::allow, 0}, {{1, Compare::less, 3, 0}, {index, Compare::equal, 4, 0}}};
  };
  Profile profile;
  profile.fallback = {Action::error, 1};
  profile.rules = {rule(2), rule(3)};
  EXPECT_FALSE(compile(profile, kOwn));
  profile.rules = {{{"clone3"}, {Action::allow, 0}, {{1, Compare::less, 3, 0}}}};
  EXPECT_TRUE(compile(profile, kOwn)) << "alone it is harmless";
  profile.rules.assign(1025, {{"read"}, {Action::allow, 0}, {{0, Compare::equal, 4, 0}}});
  EXPECT_FALSE(compile(profile, kOwn));
}

// Seen to take 13 seconds for 200 rules of six masks, and 40 for 400 of one that looks at both halves.
TEST(SeccompCompile, DoesNotTryWhatTakesTooLong) {
  if (!here()) GTEST_SKIP() << "made for another machine";
  const auto masks = [](std::size_t rules, unsigned arguments) {
    Profile out;
    out.fallback = {Action::error, 1};
    for (std::size_t n = 0; n < rules; ++n) {
      Rule rule{{"prctl"}, {Action::allow, 0}, {}};
      for (unsigned i = 0; i < arguments; ++i) {
        const std::uint64_t value = 0x9e3779b97f4a7c15U * (n * kArguments + i + 1);
        rule.conditions.push_back({i, Compare::masked_equal, value, value >> 7U});
      }
      out.rules.push_back(std::move(rule));
    }
    return out;
  };
  EXPECT_TRUE(compile(masks(16, 6), kOwn));
  EXPECT_FALSE(compile(masks(17, 6), kOwn));
  EXPECT_TRUE(compile(masks(90, 1), kOwn));
  EXPECT_FALSE(compile(masks(97, 1), kOwn));
  Profile plain = masks(0, 0);
  plain.rules.assign(2049, {{"read"}, {Action::allow, 0}, {}});
  EXPECT_FALSE(compile(plain, kOwn));
}

TEST(SeccompCompile, SaysSoWhereThereIsNoProgram) {
  EXPECT_FALSE(compile(Profile::unconfined(), kOwn));
  EXPECT_FALSE(compile(section(rules("")), Architecture::s390x));
  Profile profile = section(rules(allow("read")));
  for (const Architecture none :
       {Architecture::loongarch64, Architecture::s390x}) {  // unknown; other byte order
    profile.foreign = {none};
    const auto program = compile(profile, kOwn);
    ASSERT_FALSE(program) << name(none);
    EXPECT_EQ(program.error().fault, Fault::io);
  }
  // Two answers for one condition.
  const std::string one = R"(,"args":[{"index":0,"value":1,"op":"SCMP_CMP_EQ"}])";
  profile = section(rules(allow("read", one) + R"(,{"names":["read"],"action":"SCMP_ACT_KILL")" + one + "}"));
  EXPECT_FALSE(compile(profile, kOwn));
}

TEST(SeccompCompile, AProgramThatNoKernelTakesIsNone) {
  Profile profile = section(rules(""));
  for (std::uint64_t value = 0; value < 5000; ++value) {
    profile.rules.push_back({{"read"}, {Action::allow, 0}, {{0, Compare::equal, value * 3, 0}}});
  }
  EXPECT_FALSE(compile(profile, kOwn));
  profile.rules.resize(1000);
  EXPECT_EQ(compile(profile, kOwn).ok(), here());
}

}  // namespace
}  // namespace hardened::seccomp
