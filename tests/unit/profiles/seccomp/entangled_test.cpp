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

TEST(Entangled, IsOneWhicheverStepComesLast) {
  Profile wide = tangled();
  wide.rules.back().conditions.front() = low(1, 0xfffffff0, 0);
  EXPECT_EQ(found(wide), std::vector<std::string>{"futex_waitv"});
}

TEST(Entangled, IsNoneThatSharesNoStep) {
  Profile apart = tangled();
  apart.rules[1].conditions.front() = low(1, kPairs, 40);
  EXPECT_TRUE(found(apart).empty());
}

// kill(2), but for SIGKILL to process 1, whose own errno makes the second argument's steps all there can be.
TEST(Entangled, IsNoneWhoseOtherArgumentDecidesWhateverItIs) {
  Profile all = tangled();
  all.rules.push_back(allow({"futex_waitv"}, {low(1, kAll, 38), low(2, 1, 0)}));
  all.rules.push_back(allow({"futex_waitv"}, {low(1, kAll, 38), low(2, 3, 3)}));
  EXPECT_EQ(found(all), std::vector<std::string>{"futex_waitv"});  // 37 is left over
  all.rules.push_back(allow({"futex_waitv"}, {low(1, kAll, 38), low(2, 3, 1)}));
  EXPECT_TRUE(found(all).empty());
}

TEST(Entangled, IsNoneWhereTheOtherArgumentCannotBeTakenForTheOne) {
  Profile few = tangled();
  few.rules.push_back(allow({"futex_waitv"}, {low(1, kAll, 38), low(2, kPairs, 36)}));
  // 36 and 37 decide there, too: what is left over matches no step that is shared.
  few.rules[2].conditions.back() = low(2, kPairs, 0);
  EXPECT_TRUE(found(few).empty());
  // Behind a step that leaves but its low bits, 44 looks like 36 does.
  few.rules[2].conditions.back() = low(2, 0x27, 0x27);
  few.rules.back().conditions.back() = low(2, kPairs, 36);
  EXPECT_EQ(found(few), std::vector<std::string>{"futex_waitv"});
}

TEST(Entangled, IsOneWhoseOwnNumberIsSharedToo) {
  Profile over = tangled();
  over.rules.push_back(allow({"futex_waitv"}, {low(1, kAll, 38), low(2, 0xfffffffc, 36)}));
  over.rules[2].conditions.back() = low(2, kPairs, 0);
  for (const std::size_t shared : {1U, 3U}) over.rules[shared].conditions.front() = low(1, 0xfffffffc, 36);
  EXPECT_EQ(found(over), std::vector<std::string>{"futex_waitv"});
}

TEST(Entangled, IsOneThatLooksAtAllBits) {
  Profile wide = tangled();
  wide.rules.push_back(allow({"futex_waitv"}, {low(1, kAll, 38), low(2, kPairs, 36)}));
  wide.rules[2].conditions.back() = {2, Compare::equal, 1, 0};
  EXPECT_EQ(found(wide), std::vector<std::string>{"futex_waitv"});
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

// On x86 socketcall(2) carries accept4(2), whose flags are asked of it behind the number, and socket(2), of which the number
// of AF_UNIX is that of SYS_SOCKET: the carrier alone is shut.
TEST(Entangled, IsACarrierWithoutWhichTheCallsThemselvesStay) {
  constexpr std::uint64_t kNonblock = 0x800;
  Profile asked = denying({{{"accept4"}, kDeny, {low(3, kNonblock, kNonblock)}}});
  asked.fallback = kAllow;
  Profile ceiling = denying({allow({"read", "accept4", "futex_waitv"}), allow({"socket"}, {low(0, kAll, 1)}),
                             allow({"socket"}, {low(0, kPairs, 2)})});
  asked.foreign = ceiling.foreign = {Architecture::x86};
  const Profile out = met(asked, ceiling);
  EXPECT_TRUE(found(out).empty());
  EXPECT_EQ(answer_to(out, "socket", 1), kAllow);
  EXPECT_EQ(answer_to(out, "accept4"), kAllow);
  EXPECT_EQ(answer_to(out, "socket", 16), kDeny);
  const test::Verdicts shut = test::evaluate(out, kOwn, {Architecture::x86, "socketcall", {1}});
  EXPECT_EQ(shut.mildest.action, Action::error);
  EXPECT_EQ(lowered(asked, ceiling, kOwn).below, (std::vector<BelowMeet>{{"socketcall", Below::shared}}));
}

}  // namespace
}  // namespace hardened::seccomp
