// The meet where its work is bounded (effort.h): too little of it may only take away, and real profiles never notice.
#include <gtest/gtest.h>

#include "profiles/seccomp/effort.h"
#include "profiles/seccomp/meet.h"
#include "tests/oracles/common.h"
#include "tests/oracles/real_profiles.h"

namespace hardened::test {
namespace {

using seccomp::Profile;

Profile met(const Pair& pair, std::size_t work) {
  return seccomp::meet(pair.asked, pair.ceiling, kOwn, work);
}

TEST(Oracle, TheMeetOfLittleWork) {
  const std::vector<std::size_t> works{0, 1, 8, 64, 512, 4096};
  std::size_t poorer = 0;
  const Meet meet = [&](const Pair& pair) {
    Dice dice(pair.asked.rules.size() * 31 + pair.ceiling.rules.size());
    const std::size_t work = dice.of(works);
    Three out{pair.asked, pair.ceiling, met(pair, work), {}};
    if (!identical(out.granted, pair.asked)) {
      for (const seccomp::BelowMeet& one : seccomp::lowered(pair.asked, pair.ceiling, kOwn, work).below)
        out.below.push_back(one.call);
    }
    poorer += identical(out.granted, real_meet(pair).granted) ? 0U : 1U;
    return out;
  };
  const Oracle oracle = [](const Three& three, const std::vector<Call>& calls) -> std::optional<Failure> {
    if (!leq(three.granted, three.ceiling)) return Failure{three, {}, "not seen to be below the ceiling"};
    return ask_words(Demand::never_above, three, calls);
  };
  const Searched searched = search(meet, oracle, pairs() / 4);
  EXPECT_TRUE(searched.failure.empty()) << searched.failure;
  EXPECT_GT(poorer, searched.pairs / 10);
}

TEST(RealProfiles, HaveMoreWorkThanTheyNeed) {
  constexpr std::size_t kTenth = seccomp::Effort::kWhole / 10;
  for (const auto& [asked_name, asked] : real_profiles()) {
    for (const auto& [ceiling_name, ceiling] : real_profiles()) {
      const Profile whole = met({asked, ceiling}, seccomp::Effort::kWhole * 1024);
      EXPECT_TRUE(identical(met({asked, ceiling}, kTenth), whole)) << asked_name << ", " << ceiling_name;
    }
  }
}

}  // namespace
}  // namespace hardened::test
