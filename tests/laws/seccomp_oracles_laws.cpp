// Some hundred of the pairs that tests/oracles asks ten thousand of, so that the meet and the oracles run under the
// sanitizers as well.
#include <gtest/gtest.h>

#include "tests/oracles/common.h"

namespace hardened::laws {
namespace {

constexpr std::size_t kPairs = 300;

TEST(SeccompOracles, AgreeUnderTheSanitizers) {
  const test::Oracle both = [](const test::Three& three, const std::vector<test::Call>& calls) {
    std::optional<test::Failure> failure = ask_words(test::kDemand, three, calls);
    return failure ? failure : ask_programs(test::kDemand, three, calls);
  };
  const test::Searched searched = search(test::real_meet, both, kPairs);
  EXPECT_TRUE(searched.failure.empty()) << searched.failure;
}

}  // namespace
}  // namespace hardened::laws
