#include "profiles/seccomp/meet.h"

#include "profiles/seccomp/exact.h"
#include "samples.h"

namespace hardened::seccomp {
namespace {

TEST(SeccompMeet, LeavesAModestRequestAlone) {
  const Profile asked = denying({{{"close"}, kUnknown, {}}, allow({"read"})});
  EXPECT_TRUE(identical(met(asked, denying({allow({"close", "read", "write"})})), asked));
}

TEST(SeccompMeet, GivesAnUnconfinedRequestTheCeiling) {
  const Profile ceiling = denying({allow({"read"})});
  EXPECT_TRUE(identical(met(Profile::unconfined(), ceiling), ceiling));
  EXPECT_TRUE(identical(met(ceiling, Profile::unconfined()), ceiling));
}

TEST(SeccompMeet, KeepsWhatBothAllow) {
  const Profile out =
      met(denying({allow({"read", "keyctl", "write"})}), denying({allow({"write", "openat2", "read"})}));
  // keyctl is named still: what is newer than all names would get ENOSYS.
  EXPECT_EQ(out.rules, (std::vector{allow({"read", "write"}), Rule{{"keyctl"}, kDeny, {}}}));
}

TEST(SeccompMeet, TakesTheStricterActionWithItsErrno) {
  const Profile asked = denying(
      {{{"clone3"}, kAllow, {}}, {{"ptrace"}, {Action::error, 13}, {}}, {{"mount"}, {Action::trap, 0}, {}}});
  const Profile ceiling = denying({{{"clone3"}, kUnknown, {}}, {{"ptrace"}, kUnknown, {}}, allow({"mount"})});
  const Profile out = met(asked, ceiling);
  EXPECT_EQ(answer_to(out, "clone3"), kUnknown);
  EXPECT_EQ(answer_to(out, "ptrace"), (Answer{Action::error, 13}));  // the request's own
  EXPECT_EQ(answer_to(out, "mount"), (Answer{Action::trap, 0}));
}

TEST(SeccompMeet, AnswersEnosysForTheCeilingWhereTheRequestIsSilent) {
  // openat2 (437) is newer than clone3 (435), so naming clone3 moves nothing.
  const Profile ceiling = denying({allow({"read", "openat2"}), {{"clone3"}, kUnknown, {}}});
  const Profile out = met(denying({allow({"read", "openat2", "keyctl"})}), ceiling);
  EXPECT_EQ(answer_to(out, "clone3"), kUnknown);
  EXPECT_TRUE(names(out, "clone3"));
}

TEST(SeccompMeet, DoesNotNameACallThatIsNewerThanTheRequest) {
  // With clone3 in the list, runc would answer EPERM to every call between it and renameat2 (316).
  const Profile ceiling = denying({allow({"read", "renameat2"}), {{"clone3"}, kUnknown, {}}});
  const Profile out = met(denying({allow({"read", "renameat2", "keyctl"})}), ceiling);
  EXPECT_FALSE(names(out, "clone3"));
  EXPECT_EQ(answer_to(out, "clone3"), kUnknown);
  EXPECT_EQ(answer_to(out, "io_uring_setup"), kUnknown);
}

TEST(SeccompMeet, IsExactInConditions) {
  const Profile ceiling = denying(
      {allow({"socket"}, {family(Compare::less, 38)}), allow({"socket"}, {family(Compare::equal, 39)})});
  const Profile wide = met(denying({allow({"socket", "keyctl"})}), ceiling);
  const Profile most = met(denying({allow({"socket"}, {family(Compare::not_equal, 2)})}), ceiling);
  const Profile same = met(denying({allow({"socket", "keyctl"}, {family(Compare::equal, 1)})}), ceiling);
  for (std::uint64_t one = 0; one < 64; ++one) {
    for (const std::uint64_t high : {std::uint64_t{0}, std::uint64_t{1} << 32, ~std::uint64_t{0xffffffff}}) {
      const bool allowed = one < 38 || one == 39;
      EXPECT_EQ(answer_to(wide, "socket", one | high), allowed ? kAllow : kDeny) << one << " " << high;
      EXPECT_EQ(answer_to(most, "socket", one | high), allowed && one != 2 ? kAllow : kDeny) << one;
      EXPECT_EQ(answer_to(same, "socket", one | high), one == 1 ? kAllow : kDeny) << one << " " << high;
    }
  }
}

TEST(SeccompMeet, KeepsTheWordsOfASideThatIsTheMeet) {
  const Condition exact{0, Compare::masked_equal, 0xffffffff, 1};
  const Profile asked = denying({allow({"socket"}, {exact}), allow({"keyctl"})});
  const Profile out = met(asked, denying({allow({"socket"})}));
  EXPECT_EQ(out.rules.front(), allow({"socket"}, {exact}));
  const Condition masked{0, Compare::masked_equal, 0x7e020000, 0};
  const Profile clone = met(denying({allow({"clone", "keyctl"})}), denying({allow({"clone"}, {masked})}));
  EXPECT_EQ(clone.rules.front(), allow({"clone"}, {masked}));
}

TEST(SeccompMeet, LooksAtWhatTheKernelReadsOfAnInt) {
  // Both sides deny 40, and both compare registers; the kernel reads 32 bits of them.
  const Profile asked = denying({allow({"socket"}, {family(Compare::not_equal, 40)})});
  Profile ceiling = denying({allow({"socket"}, {family(Compare::not_equal, 40)}), allow({"read"})});
  EXPECT_FALSE(leq(asked, exact_in_width(ceiling)))
      << "asked lets 2^32 + 40 through, which is 40 to the kernel";
  const Profile out = met(asked, exact_in_width(ceiling));
  EXPECT_EQ(answer_to(out, "socket", 40), kDeny);
  EXPECT_EQ(answer_to(out, "socket", (std::uint64_t{1} << 32) + 40), kDeny);
  EXPECT_EQ(answer_to(out, "socket", 39), kAllow);
  EXPECT_EQ(answer_to(out, "socket", ~std::uint64_t{0}), kAllow);
}

TEST(SeccompMeet, CombinesConditionsOnDifferentArguments) {
  const Profile asked = denying({allow({"socket"}, {{0, Compare::equal, 2, 0}, {1, Compare::less, 3, 0}}),
                                 allow({"socket"}, {{0, Compare::equal, 1, 0}})});
  const Profile ceiling = denying({allow({"socket"}, {{1, Compare::not_equal, 2, 0}})});
  const Profile out = met(asked, ceiling);
  for (std::uint64_t domain = 0; domain < 4; ++domain) {
    for (std::uint64_t type = 0; type < 5; ++type) {
      const bool allowed = (domain == 1 || (domain == 2 && type < 3)) && type != 2;
      const test::Verdicts got = test::evaluate(out, kOwn, {kOwn, "socket", {domain, type}});
      EXPECT_EQ(got.mildest, allowed ? kAllow : kDeny) << domain << " " << type;
    }
  }
}

TEST(SeccompMeet, NarrowsAnOlderDockersSockets) {
  const Profile ceiling = denying({allow({"socket"}, {family(Compare::less, 38)}),
                                   allow({"socket"}, {family(Compare::equal, 39)}),
                                   allow({"socket"}, {family(Compare::greater, 40)})});
  const Profile out = met(denying({allow({"socket"}, {family(Compare::not_equal, 40)})}), ceiling);
  for (const std::uint64_t one : {1U, 37U, 38U, 39U, 40U, 41U, 1000U}) {
    EXPECT_EQ(answer_to(out, "socket", one), one == 38 || one == 40 ? kDeny : kAllow) << one;
  }
}

TEST(SeccompMeet, TurnsADenyUnderAnAllowRound) {
  Profile asked;
  asked.fallback = kAllow;
  asked.rules = {{{"socket"}, kDeny, {family(Compare::equal, 40)}}};
  const Profile out = met(asked, denying({allow({"socket", "read"})}));
  EXPECT_EQ(out.fallback, kDeny);
  EXPECT_EQ(answer_to(out, "socket", 40), kDeny);
  EXPECT_EQ(answer_to(out, "socket", 39), kAllow);
  EXPECT_EQ(answer_to(out, "read"), kAllow);
}

TEST(SeccompMeet, ReadsRulesThatContradictEachOtherAtTheirStrictest) {
  const Profile asked = denying({{{"socket"}, {Action::trap, 0}, {family(Compare::greater, 12)}},
                                 allow({"socket"}, {family(Compare::greater_or_equal, 3)}),
                                 allow({"keyctl"})});
  const Lowered out = lowered(asked, denying({allow({"socket"})}), kOwn);
  EXPECT_EQ(answer_to(out.profile, "socket", 2), kDeny);
  EXPECT_EQ(answer_to(out.profile, "socket", 12), kAllow);
  EXPECT_EQ(answer_to(out.profile, "socket", 13), (Answer{Action::trap, 0}));
  EXPECT_EQ(out.below, (std::vector<BelowMeet>{{"socket", Below::contested}}));
}

TEST(SeccompMeet, TakesTheStricterFallback) {
  Profile killing;
  killing.fallback = {Action::kill_process, 0};
  killing.rules = {allow({"read"})};
  const Profile out = met(denying({allow({"read", "write"})}), killing);
  EXPECT_EQ(out.fallback.action, Action::kill_process);
  EXPECT_EQ(answer_to(out, "write"), killing.fallback);
  Profile logging = denying({});
  logging.fallback = {Action::log, 0};
  EXPECT_EQ(met(logging, denying({allow({"read"})})).fallback, kDeny);
}

TEST(SeccompMeet, IntersectsArchitectures) {
  Profile asked = denying({allow({"read", "keyctl"})});
  Profile ceiling = denying({allow({"read"})});
  asked.foreign = {Architecture::x32, Architecture::x86};
  ceiling.foreign = {Architecture::x86, Architecture::aarch64};
  EXPECT_EQ(met(asked, ceiling).foreign, std::vector{Architecture::x86});
  ceiling.foreign.clear();
  ceiling.own_listed = false;
  const Profile native = met(asked, ceiling);
  EXPECT_TRUE(native.foreign.empty());
  EXPECT_TRUE(native.own_listed);  // the filter has it in any case; so runc keeps its ENOSYS
}

TEST(SeccompMeet, KeepsTheRequestsFlagsButNotSpeculation) {
  Profile asked = denying({allow({"read", "keyctl"})});
  Profile ceiling = denying({allow({"read"})});
  asked.flags = std::vector<std::string>{"SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"};
  EXPECT_EQ(met(asked, ceiling).flags, asked.flags);
  ceiling.flags = std::vector<std::string>{};
  EXPECT_EQ(met(asked, ceiling).flags, std::vector<std::string>{"SECCOMP_FILTER_FLAG_LOG"});
  asked.flags = std::nullopt;
  EXPECT_EQ(met(asked, ceiling).flags, std::vector<std::string>{});
}

TEST(SeccompMeet, DropsAListenerAndWhatItWouldHear) {
  Profile asked = denying({{{"mount"}, {Action::notify, 0}, {}}, allow({"read"})});
  asked.listener_path = "/run/agent";
  const Profile out = met(asked, denying({allow({"read", "mount"})}));
  EXPECT_EQ(out.listener_path, "");
  EXPECT_EQ(answer_to(out, "mount"), kUnknown);
}

// With an architecture that carries socket in socketcall.
Profile carrying(Profile profile) {
  profile.foreign = {Architecture::x86};
  return profile;
}

Answer answer_on_x86(const Profile& profile, const std::string& name, std::uint64_t first = 0) {
  return test::evaluate(profile, kOwn, {Architecture::x86, name, {first}}).mildest;
}

TEST(SeccompMeet, KeepsADeniedSocketcallDenied) {
  // On x86 a rule for `socket` is one for socketcall as well, and only an explicit rule for socketcall comes first.
  const Profile closing = carrying(denying({allow({"socket", "bind"}), {{"socketcall"}, kUnknown, {}}}));
  const Profile open = carrying(denying({allow({"socket", "bind"})}));
  EXPECT_EQ(excess(open, closing).calls, std::vector<std::string_view>{"socketcall"});
  EXPECT_EQ(answer_on_x86(met(open, closing), "socketcall", 1), kUnknown);
  // Where it equals the fallback runc would drop it, so it is said in a stricter way.
  const Profile asked =
      carrying(denying({allow({"socket", "keyctl"}), {{"socketcall"}, {Action::trap, 0}, {}}}));
  Profile trapping = carrying(denying({allow({"socket"})}));
  trapping.fallback = {Action::trap, 0};
  EXPECT_EQ(answer_on_x86(met(asked, trapping), "socketcall", 1).action, Action::kill_thread);
}

TEST(SeccompMeet, DoesNotOpenSocketcallWhereOneSideClosesASocket) {
  // Under libseccomp the deny of some sockets denies all of them through socketcall.
  Profile asked = carrying(denying({}));
  asked.fallback = kAllow;
  asked.rules = {{{"socket"}, kDeny, {family(Compare::equal, 40)}}};
  const Profile out = met(asked, carrying(denying({allow({"socket", "bind", "socketcall"})})));
  EXPECT_NE(answer_on_x86(out, "socketcall", 1), kAllow);
  EXPECT_EQ(answer_to(out, "socket", 2), kAllow);
  EXPECT_EQ(answer_to(out, "socket", 40), kDeny);
}

TEST(SeccompMeet, HoldsForRegistersOf32BitsToo) {
  // To x86 the mask of high bits is none at all: a rule for everybody, which the ceiling does not have.
  const Condition high{0, Compare::masked_equal, std::uint64_t{1} << 40, 0};
  const Condition low{0, Compare::less, 16, 0};
  const Profile asked = carrying(denying({allow({"mmap"}, {high}), allow({"keyctl"})}));
  const Profile ceiling = carrying(denying({allow({"mmap"}, {low})}));
  const Profile out = met(asked, ceiling);
  for (const std::uint64_t one : {0U, 15U, 16U, 1000U}) {
    EXPECT_EQ(answer_to(out, "mmap", one), one < 16 ? kAllow : kDeny) << one;
    EXPECT_EQ(answer_on_x86(out, "mmap", one), one < 16 ? kAllow : kDeny) << one;
  }
  EXPECT_EQ(answer_to(out, "mmap", std::uint64_t{1} << 40), kDeny);
}

TEST(SeccompMeet, KeepsTheNewestNameOfTheSideWhoseFallbackItHas) {
  // keyctl (250) is gone, and openat2 (437) too; what the request called too new stays so, and nothing else.
  const Profile asked = denying({allow({"read", "openat2"})});
  const Profile out = met(asked, denying({allow({"read", "close"})}));
  EXPECT_EQ(test::evaluate(out, kOwn, {kOwn, "io_uring_setup", {}}).mildest, kDeny);
  EXPECT_EQ(test::evaluate(out, kOwn, {kOwn, "landlock_restrict_self", {}}).mildest, kUnknown);
}

TEST(SeccompMeet, HasNoEnosysWhereASideEndsTheProcess) {
  Profile asked = denying({allow({"close"})});
  Profile ceiling = denying({allow({"close", "openat2"})});
  asked.fallback = ceiling.fallback = {Action::kill_process, 0};
  EXPECT_FALSE(leq(asked, ceiling)) << "runc answers ENOSYS under it where the ceiling kills";
  const Profile out = met(asked, ceiling);
  EXPECT_EQ(test::evaluate(out, kOwn, {kOwn, "clone3", {}}).mildest, asked.fallback);
  ceiling.own_listed = false;
  EXPECT_FALSE(met(asked, ceiling).own_listed);
}

TEST(SeccompMeet, IsBoundedInWhatAUserMayAsk) {
  std::vector<Rule> many;
  for (std::uint64_t i = 0; i < 3000; ++i) many.push_back(allow({"socket"}, {{1, Compare::equal, i, 0}}));
  many.push_back(allow({"keyctl"}));
  const Lowered out = lowered(denying(many), denying({allow({"socket"}, {family(Compare::less, 38)})}), kOwn);
  EXPECT_LE(out.profile.rules.size(), 258U);
  EXPECT_EQ(out.below, (std::vector<BelowMeet>{{"socket", Below::coarse}}));
  EXPECT_EQ(answer_to(out.profile, "socket", 40), kDeny);
}

}  // namespace
}  // namespace hardened::seccomp
