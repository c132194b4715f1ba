#include "profiles/seccomp/filter_size.h"

#include "samples.h"

namespace hardened::seccomp {
namespace {

Profile of_rules(std::size_t count, Compare op) {
  Profile out = denying({allow({"read"})});
  for (std::size_t i = 0; i < count; ++i)
    out.rules.push_back(allow({"keyctl"}, {{0, op, 0xfffffff0, i << 4U}}));
  return out;
}

TEST(FilterSize, IsNoMatterForAnEverydayProfile) {
  EXPECT_EQ(limit_of(of_rules(40, Compare::equal)), kLimits.front());
}

TEST(FilterSize, LimitsTheRulesOfACallThatHasTooMany) {
  EXPECT_EQ(limit_of(of_rules(1300, Compare::equal)), kLimits.front());
  EXPECT_EQ(limit_of(of_rules(1400, Compare::equal)), kLimits.front());  // 1,024 of them fit
  EXPECT_EQ(limit_of(of_rules(1400, Compare::masked_equal)), 256U);      // a mask is a step of its own
}

TEST(FilterSize, CountsEachArchitecture) {
  Profile many = of_rules(1400, Compare::equal);
  many.foreign = {Architecture::x86, Architecture::x32};
  EXPECT_EQ(limit_of(many), 256U);
}

TEST(FilterSize, IsNoneWhereNothingHelps) {
  Profile names = denying({});
  for (std::size_t i = 0; i < 5000; ++i) names.rules.push_back(allow({"call" + std::to_string(i)}));
  EXPECT_EQ(limit_of(names), 0U);
}

}  // namespace
}  // namespace hardened::seccomp
