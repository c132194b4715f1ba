// The meet of drawn profiles, by the words.
#include <gtest/gtest.h>

#include "tests/oracles/common.h"

namespace hardened::test {
namespace {

TEST(Oracle, TheMeetByWords) {
  const Oracle oracle = [](const Three& three, const std::vector<Call>& calls) {
    return ask_words(kDemand, three, calls);
  };
  const Searched searched = search(real_meet, oracle, pairs());
  EXPECT_TRUE(searched.failure.empty()) << searched.failure;
  EXPECT_GT(searched.calls, searched.pairs * 20);
}

}  // namespace
}  // namespace hardened::test
