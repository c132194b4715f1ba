#include "profiles/seccomp/order.h"

#include "profiles/seccomp/libseccomp.h"
#include "profiles/seccomp/multiplexed.h"
#include "samples.h"

namespace hardened::seccomp {
namespace {

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

TEST(SeccompOrder, ACarrierIsACallJustWhereItCarries) {
  for (int one = 0; one <= static_cast<int>(Architecture::loongarch64); ++one) {
    const auto architecture = static_cast<Architecture>(one);
    for (const Multiplexer& outer : kMultiplexers)
      EXPECT_EQ(call_number(outer.name, architecture).value_or(-1) >= 0, is_multiplexed(architecture))
          << outer.name << " on " << name(architecture);
  }
}

// socketcall(2) is no call of x86_64: what is said of it there says nothing, whoever says it.
TEST(SeccompOrder, ACarrierThatNoArchitectureHasIsNoCall) {
  const Profile allowed = denying({allow({"read", "socketcall"})});
  Profile killed = denying({allow({"read"})});
  killed.rules.push_back({{"socketcall"}, {Action::kill_process, 0}, {}});
  const Profile silent = denying({allow({"read"})});
  EXPECT_TRUE(leq(allowed, silent));
  EXPECT_TRUE(leq(silent, killed));
  EXPECT_TRUE(leq(allowed, killed));
  Profile there = allowed;
  there.foreign = {Architecture::x86};
  Profile not_there = killed;
  not_there.foreign = {Architecture::x86};
  EXPECT_FALSE(leq(there, not_there));
}

}  // namespace
}  // namespace hardened::seccomp
