#include "profiles/seccomp/meet.h"

#include <gtest/gtest.h>

#include "tests/support/seccomp_model.h"

namespace hardened::seccomp {
namespace {

constexpr Architecture kOwn = Architecture::x86_64;
constexpr Answer kAllow{Action::allow, 0};
constexpr Answer kDeny{Action::error, kEperm};
constexpr Answer kUnknown{Action::error, kEnosys};

Profile denying(std::vector<Rule> rules) {
  Profile out;
  out.fallback = kDeny;
  out.own_listed = true;
  out.flags = std::nullopt;
  out.rules = std::move(rules);
  return out;
}

Rule allow(std::vector<std::string> names, std::vector<Condition> conditions = {}) {
  return {std::move(names), kAllow, std::move(conditions)};
}

Profile met(const Profile& asked, const Profile& ceiling) {
  const Profile out = meet(asked, ceiling, kOwn);
  EXPECT_TRUE(leq(out, asked));
  EXPECT_TRUE(leq(out, ceiling));
  EXPECT_TRUE(identical(meet(out, ceiling, kOwn), out));
  return out;
}

Answer answer_to(const Profile& profile, const std::string& name, std::uint64_t first = 0) {
  const test::Verdicts out = test::evaluate(profile, kOwn, {kOwn, name, {first}});
  EXPECT_EQ(out.strictest, out.mildest);
  return out.strictest;
}

bool names(const Profile& profile, std::string_view call) { return Reading(profile).mentions(call); }

Condition family(Compare op, std::uint64_t value) { return {0, op, value, 0}; }

TEST(SeccompOrder, HasUnconfinedAboveAndTheZeroBelow) {
  const Profile some = denying({allow({"read"})});
  Profile allowing;
  allowing.fallback = kAllow;
  for (const Profile& profile : {Profile{}, some, allowing, Profile::unconfined()}) {
    EXPECT_TRUE(leq(Profile{}, profile));
    EXPECT_TRUE(leq(profile, Profile::unconfined()));
  }
  // A filter that lets everything through still kills the calls of other architectures.
  EXPECT_FALSE(leq(Profile::unconfined(), allowing));
  EXPECT_FALSE(leq(some, Profile{}));
}

TEST(SeccompOrder, LooksAtMeaningNotAtWords) {
  const Profile one = denying({allow({"read", "write"}), {{"close"}, kDeny, {}}});
  const Profile same = denying({allow({"write"}), allow({"read"}), {{"keyctl"}, kUnknown, {}}});
  EXPECT_TRUE(one == same);
  EXPECT_FALSE(identical(one, same));
  EXPECT_FALSE(one == denying({allow({"read"})}));
}

TEST(SeccompOrder, AnUnconditionalRuleBeatsDeniesBesideIt) {
  // runc#2735: the deny of AF_VSOCK beside a plain allow does not hold, so this is no narrower than the allow.
  const Profile tried =
      denying({allow({"socket"}), {{"socket"}, {Action::kill_process, 0}, {family(Compare::equal, 40)}}});
  const Profile held = denying({allow({"socket"}, {family(Compare::not_equal, 40)})});
  EXPECT_FALSE(leq(tried, held));
  EXPECT_TRUE(leq(held, tried));
  EXPECT_TRUE(leq(denying({allow({"socket"})}), tried));
}

TEST(SeccompOrder, ReadsTwoConditionsOnOneArgumentAsOr) {
  const Profile meant_as_range = denying(
      {allow({"socket"}, {family(Compare::greater_or_equal, 3), family(Compare::less_or_equal, 12)})});
  EXPECT_FALSE(leq(meant_as_range, denying({allow({"socket"}, {family(Compare::less_or_equal, 12)})})));
  EXPECT_EQ(answer_to(meant_as_range, "socket", 100), kAllow);
}

TEST(SeccompOrder, ADenyThatEqualsTheFallbackIsLost) {
  const Profile profile = denying({{{"read"}, kDeny, {}}, allow({"read"})});
  EXPECT_FALSE(leq(profile, denying({})));
}

TEST(SeccompOrder, CountsArchitecturesFlagsAndListeners) {
  const Profile plain = denying({allow({"read"})});
  Profile more = plain;
  more.foreign = {Architecture::x86};
  EXPECT_TRUE(leq(plain, more));
  EXPECT_EQ(excess(more, plain).foreign, std::vector{Architecture::x86});
  Profile careful = plain;
  careful.flags = std::vector<std::string>{"SECCOMP_FILTER_FLAG_LOG"};
  EXPECT_TRUE(leq(careful, plain));
  EXPECT_TRUE(excess(plain, careful).speculation);
  Profile listening = plain;
  listening.listener_path = "/run/agent";
  EXPECT_TRUE(excess(listening, plain).listener);
  EXPECT_TRUE(leq(plain, listening));
}

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
      met(denying({allow({"read", "keyctl", "write"})}), denying({allow({"write", "close", "read"})}));
  EXPECT_EQ(out.rules, std::vector{allow({"read", "write"})});
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

TEST(SeccompMeet, KeepsConditionsThatTheOtherSideAllows) {
  const Profile ceiling = denying(
      {allow({"socket"}, {family(Compare::less, 38)}), allow({"socket"}, {family(Compare::equal, 39)})});
  const Profile wide = met(denying({allow({"socket", "keyctl"})}), ceiling);
  EXPECT_EQ(wide.rules, ceiling.rules);
  const Profile one =
      met(denying({allow({"socket"}, {family(Compare::not_equal, 2)}), allow({"keyctl"})}), ceiling);
  EXPECT_EQ(answer_to(one, "socket", 39), kAllow);
  EXPECT_EQ(answer_to(one, "socket", 38), kDeny);
  EXPECT_EQ(answer_to(one, "socket", 1), kDeny);  // "below 38 and not 2" is no single condition
  const Profile implied = met(denying({allow({"socket", "keyctl"}, {family(Compare::equal, 1)})}), ceiling);
  EXPECT_EQ(answer_to(implied, "socket", 1), kAllow);
  EXPECT_EQ(answer_to(implied, "socket", 2), kDeny);
}

TEST(SeccompMeet, NarrowsAnOlderDockersSockets) {
  const Profile ceiling = denying({allow({"socket"}, {family(Compare::less, 38)}),
                                   allow({"socket"}, {family(Compare::equal, 39)}),
                                   allow({"socket"}, {family(Compare::equal, 41)})});
  const Profile out = met(denying({allow({"socket"}, {family(Compare::not_equal, 40)})}), ceiling);
  EXPECT_EQ(out.rules, ceiling.rules);
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

TEST(SeccompMeet, ReadsUnlikeRulesOfOneCallAtTheirStrictest) {
  const Profile asked = denying({{{"socket"}, {Action::trap, 0}, {family(Compare::greater, 12)}},
                                 allow({"socket"}, {family(Compare::greater_or_equal, 3)}),
                                 allow({"keyctl"})});
  const Profile out = met(asked, denying({allow({"socket"})}));
  EXPECT_EQ(answer_to(out, "socket", 5), (Answer{Action::trap, 0}));
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

TEST(SeccompMeet, KeepsADeniedSocketcallDenied) {
  // On x86 a rule for `socket` is one for socketcall as well, and only an explicit rule for socketcall comes first.
  const Profile closing = denying({allow({"socket", "bind"}), {{"socketcall"}, kUnknown, {}}});
  const Profile open = denying({allow({"socket", "bind"})});
  EXPECT_EQ(excess(open, closing).calls, std::vector<std::string_view>{"socketcall"});
  const Profile out = met(open, closing);
  EXPECT_EQ(answer_to(out, "socketcall"), kUnknown);
  // Where it equals the fallback runc would drop it, so it is said in a stricter way.
  const Profile asked = denying({allow({"socket", "keyctl"}), {{"socketcall"}, {Action::trap, 0}, {}}});
  Profile trapping = denying({allow({"socket"})});
  trapping.fallback = {Action::trap, 0};
  EXPECT_EQ(answer_to(met(asked, trapping), "socketcall").action, Action::kill_thread);
}

TEST(SeccompMeet, IsBoundedInWhatAUserMayAsk) {
  std::vector<Rule> many;
  for (std::uint64_t i = 0; i < 3000; ++i) many.push_back(allow({"socket"}, {{1, Compare::equal, i, 0}}));
  many.push_back(allow({"keyctl"}));
  const Profile out = met(denying(many), denying({allow({"socket"}, {family(Compare::less, 38)})}));
  EXPECT_EQ(answer_to(out, "socket", 1), kDeny);
  EXPECT_TRUE(out.rules.empty());
}

}  // namespace
}  // namespace hardened::seccomp
