// The meet of drawn profiles, by the programs.
#include <gtest/gtest.h>

#include "tests/oracles/common.h"

namespace hardened::test {
namespace {

TEST(Oracle, TheMeetByPrograms) {
  const Oracle oracle = [](const Three& three, const std::vector<Call>& calls) {
    return ask_programs(kDemand, three, calls);
  };
  const Searched searched = search(real_meet, oracle, pairs());
  EXPECT_TRUE(searched.failure.empty()) << searched.failure;
  EXPECT_GT(searched.calls, searched.pairs * 20);
}

}  // namespace
}  // namespace hardened::test
