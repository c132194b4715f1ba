// The shipped profile as the kernel runs it: what libseccomp makes of its conditions is what they say.
#include <gtest/gtest.h>

#include "tests/support/seccomp_compile.h"
#include "tests/unit/profiles/seccomp/corners.h"
#include "tests/unit/profiles/seccomp/shipped.h"

namespace hardened::seccomp {
namespace {

class CompiledDefault : public ::testing::TestWithParam<const char*> {};

TEST_P(CompiledDefault, AnswersWhatItsConditionsSay) {
  const std::string call = GetParam();
  const Profile profile = resolve(shipped(), kDockerDefault, kPc);
  const auto program = test::compile(profile, kPc.architecture);
  ASSERT_TRUE(program);
  std::vector<Rule> rules;
  for (const Rule& rule : profile.rules) {
    if (rule.names == std::vector<std::string>{call}) rules.push_back(rule);
  }
  const std::set<std::uint64_t> values = corners(rules, 0);
  ASSERT_GT(values.size(), 100U);
  for (const Architecture architecture : {Architecture::x86_64, Architecture::x86}) {
    const int number = test::number_of(call, architecture).value_or(-1);
    ASSERT_GE(number, 0);
    for (const std::uint64_t value : values) {
      const test::Call made{architecture, call, {value}, {}};
      ASSERT_EQ(test::run(*program, made, number),
                said(profile, kPc.architecture, {architecture, call, {value}}))
          << name(architecture) << " " << value;
    }
  }
}

// On x86 `socket` is a call of its own since Linux 4.3, beside socketcall.
INSTANTIATE_TEST_SUITE_P(Calls, CompiledDefault, ::testing::Values("socket", "personality", "clone"),
                         [](const auto& given) { return std::string(given.param); });

}  // namespace
}  // namespace hardened::seccomp
