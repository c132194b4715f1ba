#include "profiles/seccomp/entangled.h"

#include "samples.h"

namespace hardened::seccomp {
namespace {

Condition low(unsigned index, std::uint64_t mask, std::uint64_t value) {
  return {index, Compare::masked_equal, mask, value};
}

constexpr std::uint64_t kAll = 0xffffffff;
constexpr std::uint64_t kPairs = 0xfffffffe;

// 36 and 37 in both; in the one 38 with another argument, in the other 39 alone.
Profile tangled() {
  return denying({allow({"read"}), allow({"futex_waitv"}, {low(1, kPairs, 36)}),
                  allow({"futex_waitv"}, {low(1, kAll, 38), low(2, kAll, 1)}),
                  allow({"landlock_restrict_self"}, {low(1, kPairs, 36)}),
                  allow({"landlock_restrict_self"}, {low(1, kAll, 39)})});
}

std::vector<std::string> found(const Profile& profile) {
  Effort effort;
  const auto calls = entangled(profile, effort);
  return {calls.begin(), calls.end()};
}

TEST(Entangled, IsACallThatLooksAtSomethingElseBeforeAStepThatAnotherHasToo) {
  EXPECT_EQ(found(tangled()), std::vector<std::string>{"futex_waitv"});
}

TEST(Entangled, IsNoneWhoseLastStepsAreItsOwn) {
  Profile apart = tangled();
  apart.rules.back().conditions.front() = low(1, 0xfffffff0, 0);  // comes last of all
  EXPECT_TRUE(found(apart).empty());
}

TEST(Entangled, AreNotCallsOfTheSameRules) {
  const Profile same = denying({allow({"mkdir", "chmod"}, {low(1, kPairs, 36)}),
                                allow({"mkdir", "chmod"}, {low(1, kAll, 38), low(2, kAll, 1)})});
  EXPECT_TRUE(found(same).empty());
}

TEST(Entangled, IsDeniedByTheMeetAndNoRequestIsLetThroughWithIt) {
  const Profile open = denying({allow({"read", "futex_waitv", "landlock_restrict_self", "write"})});
  EXPECT_FALSE(leq(tangled(), open));
  const Profile out = met(tangled(), open);
  EXPECT_TRUE(found(out).empty());
  EXPECT_EQ(answer_to(out, "futex_waitv"), kDeny);
  EXPECT_TRUE(leq(out, open));
  EXPECT_TRUE(identical(met(out, open), out));
}

}  // namespace
}  // namespace hardened::seccomp
