// The meet of real profiles, each with each, by all oracles.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/oracles/common.h"
#include "tests/oracles/real_profiles.h"

namespace hardened::test {
namespace {

using seccomp::Action;
using seccomp::Answer;
using seccomp::Architecture;
using seccomp::Profile;

// Sixteen names a round, of some 400.
constexpr int kRounds = 12;

TEST(RealProfiles, AgreeWithAllOracles) {
  Dice dice(seed());
  const std::vector<NamedProfile> all = real_profiles();
  for (const auto& [asked_name, asked] : all) {
    for (const auto& [ceiling_name, ceiling] : all) {
      const Pair pair{asked, ceiling};
      const Three three = real_meet(pair);
      std::vector<Call> calls;
      std::optional<Failure> failure;
      for (int round = 0; round < kRounds; ++round) {
        const std::vector<Call> drawn = corners(dice, pair);
        if (!failure && round % 4 == 0) failure = ask_kernel(kDemand, three, drawn);
        calls.insert(calls.end(), drawn.begin(), drawn.end());
      }
      if (!failure) failure = ask_words(kDemand, three, calls);
      if (!failure) failure = ask_programs(kDemand, three, calls);
      EXPECT_FALSE(failure.has_value()) << "asked " << asked_name << ", ceiling " << ceiling_name << "\n"
                                        << text_of(failure->call) << "\n"
                                        << failure->what;
    }
  }
}

TEST(RealProfiles, IncludePodmans) {
  if (!has_podmans()) {
    // scripts/test has installed it.
    ASSERT_EQ(std::getenv("HARDENED_INSTALLED"), nullptr)
        << "the profile that the tests install is not there";
    GTEST_SKIP() << "golang-github-containers-common is not installed";
  }
  EXPECT_GT(real_profiles().back().second.rules.size(), 5U);
}

const Profile& named(const std::vector<NamedProfile>& all, const std::string& name) {
  for (const auto& [one, profile] : all) {
    if (one == name) return profile;
  }
  throw std::invalid_argument(name);
}

// Each number from 0 to 600, through both architectures: what the old profile said ENOSYS or EPERM to keeps its errno.
TEST(RealProfiles, AnOldProfileKeepsItsErrnoAboveItsNewestName) {
  const std::vector<NamedProfile> all = real_profiles();
  const Three three = real_meet({named(all, "an old one"), named(all, "ours")});
  const Programs programs(three);
  ASSERT_TRUE(programs.compiles());
  int enosys = 0;
  int eperm = 0;
  for (const Architecture architecture : {Architecture::x86_64, Architecture::x86}) {
    for (int number = 0; number <= 600; ++number) {
      const Answers answers = programs.of({architecture, "", {}, number});
      const Answer& asked = answers.asked.mildest;
      if (asked.action != Action::error) continue;
      (asked.code == seccomp::kEnosys ? enosys : eperm) += 1;
      EXPECT_EQ(answers.granted.mildest, asked) << name(architecture) << " " << number;
    }
  }
  EXPECT_GT(enosys, 200);
  EXPECT_GT(eperm, 200);
}

TEST(RealProfiles, Clone3KeepsEnosys) {
  const std::vector<NamedProfile> all = real_profiles();
  for (const char* name : {"a deny list", "rich in arguments", "ours with SYS_ADMIN"}) {
    const Three three = real_meet({named(all, name), named(all, "ours")});
    const Programs programs(three);
    ASSERT_TRUE(programs.compiles()) << name;
    EXPECT_EQ(programs.of({kOwn, "clone3", {}, number_of("clone3", kOwn)}).granted.mildest,
              (Answer{Action::error, seccomp::kEnosys}))
        << name;
  }
}

}  // namespace
}  // namespace hardened::test
