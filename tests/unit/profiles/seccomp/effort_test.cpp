#include "profiles/seccomp/effort.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "profiles/seccomp/meet.h"
#include "tests/unit/profiles/seccomp/samples.h"

namespace hardened::seccomp {
namespace {

TEST(SeccompEffort, AShareIsBoundedAndTakenFromTheWhole) {
  Effort whole(80);
  Effort share = whole.share();
  EXPECT_TRUE(share.spend(10));
  EXPECT_FALSE(share.spend(1));
  EXPECT_EQ(whole.spent(), 10U);
  Effort next = whole.share();
  EXPECT_TRUE(next.spend(4));
  EXPECT_FALSE(next.spend(7));
  EXPECT_FALSE(next.spend(1)) << "used up for good";
  EXPECT_TRUE(whole.spend(66));
  Effort last = whole.share();
  EXPECT_FALSE(last.spend(1));
}

// Twelve rules of six "not equal" on one call: 64 boxes each.
Profile hostile(const std::vector<std::string>& calls) {
  Profile out = denying({});
  for (std::size_t n = 0; n < calls.size() * 12; ++n) {
    Rule rule{
        {calls[n / 12]}, n % 3 == 0 ? kAllow : Answer{Action::error, static_cast<std::uint16_t>(n % 3)}, {}};
    for (unsigned i = 0; i < kArguments; ++i)
      rule.conditions.push_back({i, Compare::not_equal, 0x9e3779b97f4a7c15U * (n * 7 + i + 1), 0});
    out.rules.push_back(std::move(rule));
  }
  out.fallback = {Action::log, 0};
  return out;
}

TEST(SeccompEffort, OneHostileCallDoesNotSpoilTheOthers) {
  const Condition one{0, Compare::masked_equal, 0xffffffff, 1};
  Profile asked = hostile({"prctl"});
  asked.rules.push_back(allow({"personality"}, {one}));
  asked.fallback = kDeny;
  const Profile ceiling = denying({allow({"prctl", "personality"}, {{0, Compare::masked_equal, 3, 1}})});
  const Lowered out = lowered(asked, ceiling, kOwn, 64000);
  EXPECT_EQ(out.below, (std::vector<BelowMeet>{{"prctl", Below::coarse}}));
  EXPECT_EQ(answer_to(out.profile, "personality", 1), kAllow);
  EXPECT_EQ(answer_to(out.profile, "personality", 5), kDeny);
  EXPECT_NE(answer_to(out.profile, "prctl", 1).action, Action::allow);
}

TEST(SeccompEffort, ManyHostileCallsDoNotSpoilWhatTheCeilingAloneConditions) {
  const std::vector<std::string> calls{"prctl", "ioctl",  "fcntl", "mmap",    "madvise",
                                       "futex", "splice", "tee",   "vmsplice"};
  const Profile asked = hostile(calls);
  const Condition flags{0, Compare::masked_equal, 0x7e020000, 0};
  Profile ceiling = denying({allow({"clone"}, {flags})});
  for (const std::string& call : calls)
    ceiling.rules.push_back(allow({call}, {{0, Compare::masked_equal, 3, 1}}));
  const Lowered out = lowered(asked, ceiling, kOwn, 16000);
  const auto is_clone = [](const BelowMeet& one) { return one.call == "clone"; };
  EXPECT_GT(out.below.size(), 8U) << "more than the shares of the whole";
  EXPECT_TRUE(std::none_of(out.below.begin(), out.below.end(), is_clone));
  EXPECT_EQ(answer_to(out.profile, "clone", 0x11).action, Action::log);
  EXPECT_EQ(answer_to(out.profile, "clone", 0x10000000), kDeny);
}

TEST(SeccompEffort, WhatIsNotComparedIsAboveAndGetsTheStrictest) {
  const Condition one{0, Compare::masked_equal, 0xffffffff, 1};
  const Profile asked = denying({allow({"personality"}, {one})});
  const Profile ceiling = denying({allow({"personality"}, {{0, Compare::masked_equal, 1, 1}})});
  EXPECT_TRUE(excess(asked, ceiling).none());
  EXPECT_EQ(excess(asked, ceiling, 0).calls, std::vector<std::string_view>{"personality"});
  const Profile out = meet(asked, ceiling, kOwn, 0);
  EXPECT_EQ(answer_to(out, "personality", 1), kDeny);
}

// What dockers and the bench ask for is far from the bound: a quarter of it is as good.
TEST(SeccompEffort, ManyPlainConditionsAreNotHostile) {
  Profile asked = denying({});
  Profile ceiling = denying({});
  for (std::uint64_t n = 0; n < 1000; ++n) {
    asked.rules.push_back(allow({"ioctl"}, {{1, Compare::equal, 0x5400 + n, 0}}));
    ceiling.rules.push_back(allow({"ioctl"}, {{1, Compare::masked_equal, 0xffffffff, 0x5400 + n}}));
  }
  ceiling.rules.push_back(allow({"read"}));
  EXPECT_EQ(excess(ceiling, ceiling).calls, std::vector<std::string_view>{});
  Profile less = ceiling;
  less.rules.pop_back();
  EXPECT_TRUE(excess(less, ceiling, Effort::kWhole / 2).none());
}

// The low half of an argument as blocks, for four arguments at once: the product of 30 to the fourth.
TEST(SeccompEffort, BlocksOfManyArgumentsAreNotMultiplied) {
  const auto from = [](unsigned index, std::uint64_t value) {
    return Condition{index, Compare::greater_or_equal, value, 0};
  };
  Profile asked = denying({allow({"mmap"}, {from(0, 0xaaaaaaab)}),
                           allow({"mmap"}, {from(0, 0x100000000), from(1, 0x2aaaaaab), from(2, 0x2aaaaaab),
                                            from(3, 0x2aaaaaab), from(4, 0x2aaaaaab)}),
                           allow({"mmap"}, {from(5, 0x12aaaaaab)}), allow({"keyctl"})});
  asked.foreign = {Architecture::x86};
  Profile ceiling = denying({allow({"mmap"})});
  ceiling.foreign = asked.foreign;
  const Lowered out = lowered(asked, ceiling, kOwn);
  const auto coarse = [](const BelowMeet& one) { return one == BelowMeet{"mmap", Below::coarse}; };
  EXPECT_TRUE(std::any_of(out.below.begin(), out.below.end(), coarse));
  EXPECT_LT(out.profile.rules.size(), 1100U);
}

}  // namespace
}  // namespace hardened::seccomp
