// The laws of the meet on drawn profiles, call by call. That it is never wider than either side is what the
// other oracles ask first.
#include <gtest/gtest.h>

#include "profiles/seccomp/meet.h"
#include "tests/oracles/common.h"

namespace hardened::test {
namespace {

using seccomp::Action;
using seccomp::Profile;

Profile met(const Profile& asked, const Profile& ceiling) { return seccomp::meet(asked, ceiling, kOwn); }

Failure failed(const Three& three, const Call& call, const std::string& what, const Profile& other) {
  return {three, call, "by the laws: " + what + "\n  other   " + text_of(other)};
}

std::optional<Failure> ask_identities(const Three& three, const std::vector<Call>&) {
  if (!identical(met(three.asked, three.asked), three.asked))
    return failed(three, {}, "meeting itself changes the request", met(three.asked, three.asked));
  const Profile again = met(three.granted, three.ceiling);
  if (!identical(again, three.granted)) return failed(three, {}, "meeting twice changes something", again);
  if (!leq(three.granted, three.asked) || !leq(three.granted, three.ceiling))
    return failed(three, {}, "the meet is not seen to be below both", three.granted);
  return std::nullopt;
}

// Where both orders demand the very meet.
std::optional<Failure> ask_commutative(const Three& three, const std::vector<Call>& calls) {
  const Three turned = real_meet({three.ceiling, three.asked});
  const Judge one(kDemand, three);
  const Judge other(kDemand, turned);
  const Words a(three.granted, kOwn);
  const Words b(turned.granted, kOwn);
  for (const Call& call : calls) {
    if (!one.is_exact(call) || !other.is_exact(call)) continue;
    if (a.of(call).mildest.action != b.of(call).mildest.action)
      return failed(three, call, "the other order grants something else", turned.granted);
  }
  return std::nullopt;
}

// low is the meet of the request with a third profile, so below it.
std::optional<Failure> ask_monotone(const Three& three, const std::vector<Call>& calls) {
  Dice dice(calls.size());
  const Three low = real_meet({three.asked, draw_near(dice, three.asked)});
  if (low.granted.confined && !compile(low.granted, kOwn)) return std::nullopt;  // an oracle's to say
  const Three below = real_meet({low.granted, three.ceiling});
  const Judge judges[] = {Judge(kDemand, three), Judge(kDemand, low), Judge(kDemand, below)};
  const Words high(three.granted, kOwn);
  const Words granted(below.granted, kOwn);
  for (const Call& call : calls) {
    if (!judges[0].is_exact(call) || !judges[1].is_exact(call) || !judges[2].is_exact(call)) continue;
    if (granted.of(call).mildest.action > high.of(call).mildest.action)
      return failed(three, call, "a lower request is granted more", below.granted);
  }
  return std::nullopt;
}

class Laws : public testing::TestWithParam<std::pair<const char*, Oracle>> {};

TEST_P(Laws, Hold) {
  // Up to five meets a pair, and nothing that the other oracles did not ask of each.
  const Searched searched = search(real_meet, GetParam().second, pairs() / 10);
  EXPECT_TRUE(searched.failure.empty()) << searched.failure;
}

INSTANTIATE_TEST_SUITE_P(Oracle, Laws,
                         testing::Values(std::pair<const char*, Oracle>{"Identities", ask_identities},
                                         std::pair<const char*, Oracle>{"Commutative", ask_commutative},
                                         std::pair<const char*, Oracle>{"Monotone", ask_monotone}),
                         [](const auto& chosen) { return chosen.param.first; });

}  // namespace
}  // namespace hardened::test
