#include "profiles/seccomp/exact.h"

#include "core/doc/json.h"
#include "profiles/seccomp/calls.h"
#include "samples.h"

namespace hardened::seccomp {
namespace {

TEST(ExactInWidth, ChangesOnlyWhatIsWrong) {
  const Profile right =
      denying({allow({"clone"}, {{0, Compare::masked_equal, 0x7e020000, 0}}), allow({"read"})});
  EXPECT_TRUE(identical(exact_in_width(right), right));
  const Profile wrong = denying({allow({"socket"}, {family(Compare::greater, 40)}), allow({"read"})});
  const Profile out = exact_in_width(wrong);
  EXPECT_EQ(answer_to(out, "socket", (std::uint64_t{1} << 32) + 40), kDeny);
  EXPECT_EQ(answer_to(out, "socket", (std::uint64_t{1} << 32) + 41), kAllow);
  EXPECT_TRUE(identical(exact_in_width(out), out));
  EXPECT_TRUE(exact_in_width(Profile::unconfined()) == Profile::unconfined());
}

TEST(ExactInWidth, SpellsAnewWhatLibseccompGetsWrong) {
  // Both arguments are of 64 bits, so that the width is no reason; an order beside another condition is one.
  const Condition low{1, Compare::less, 16, 0};
  const Condition one{2, Compare::equal, 7, 0};
  const Profile out = exact_in_width(denying({allow({"clone3"}, {low, one}), allow({"read"})}));
  for (const Rule& rule : out.rules) {
    for (const Condition& c : rule.conditions) EXPECT_FALSE(is_order(c)) << name(c.op);
  }
  const auto answer = [&](std::uint64_t second, std::uint64_t third) {
    return test::evaluate(out, kOwn, {kOwn, "clone3", {0, second, third}}).mildest;
  };
  EXPECT_EQ(answer(15, 7), kAllow);
  EXPECT_EQ(answer(16, 7), kDeny);
  EXPECT_EQ(answer(15, 8), kDeny);
}

TEST(ExactInWidth, ADenyIsNotLostToAnArchitectureWithoutTheCall) {
  // fcntl64 has no number on x86_64 and x32: libseccomp 2.5.4 then loses their rules, but those of x86_64 only beside
  // x32, since it loads the number there to tell them apart.
  Profile open =
      denying({{{"fcntl64"}, kDeny, {}}, {{"keyctl"}, kDeny, {{0, Compare::masked_equal, 0xffffffff, 3}}}});
  open.fallback = kAllow;
  open.foreign = {Architecture::x86};
  EXPECT_FALSE(loses_rules(open));
  open.foreign = {Architecture::x86, Architecture::x32};
  EXPECT_TRUE(loses_rules(open));
  EXPECT_EQ(exact_in_width(open).foreign, std::vector{Architecture::x86});
  open.fallback = {Action::error, 44};
  open.rules.front().answer = open.rules.back().answer = {Action::trap, 0};
  EXPECT_EQ(exact_in_width(open).foreign, std::vector{Architecture::x86}) << "an errno is milder than a trap";
  open.rules.push_back({{"reboot"}, kDeny, {}});  // leads
  EXPECT_FALSE(loses_rules(open));
  EXPECT_TRUE(identical(exact_in_width(open), open));
}

TEST(ExactInWidth, LeavesOutWhatIsHalfLostOn32Bits) {
  // libseccomp 2.5.4 lets clone3 with the bit 31 of its second argument through whatever the third one is.
  const Condition bit{1, Compare::masked_equal, 0x80000000, 0x80000000};
  const Condition high{2, Compare::masked_equal, std::uint64_t{1} << 63, std::uint64_t{1} << 63};
  const Condition other{1, Compare::masked_equal, 0x80000000, 0};
  EXPECT_TRUE(is_half_lost({bit, high}));
  EXPECT_FALSE(is_half_lost({high})) << "alone there is nothing to go wrong";
  const Profile wrong =
      denying({allow({"clone3"}, {other}), allow({"clone3"}, {bit, high}), allow({"read"})});
  EXPECT_FALSE(leq(wrong, denying({allow({"clone3"}, {other}), allow({"read"})})));
  const Profile out = exact_in_width(wrong);
  EXPECT_EQ(out.rules.size(), 2U) << doc::print(write(out, kOwn));
  EXPECT_TRUE(identical(exact_in_width(out), out));
}

}  // namespace
}  // namespace hardened::seccomp
