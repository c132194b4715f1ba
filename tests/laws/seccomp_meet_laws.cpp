// What the meet of two profiles lets through, against what each of them does (tests/support/seccomp_model.h).
#include <gtest/gtest.h>

#include "draw.h"
#include "profiles/seccomp/meet.h"
#include "seccomp_draw.h"

namespace hardened::laws {
namespace {

using seccomp::Profile;

struct Drawn {
  Profile asked;
  Profile ceiling;
  Profile granted;
};

Drawn draw() {
  Drawn out;
  out.asked = draw_profile();
  out.ceiling = coin() ? draw_near(out.asked) : draw_profile();
  out.granted = seccomp::meet(out.asked, out.ceiling, kOwn);
  note("asked " + text_of(out.asked) + "\nceiling " + text_of(out.ceiling) + "\ngranted " +
       text_of(out.granted));
  return out;
}

std::string told(const test::Call& call) {
  return call.name + "(" + std::to_string(call.arguments[0]) + ", " + std::to_string(call.arguments[1]) +
         ") through " + std::string(seccomp::name(call.architecture));
}

bool is_in(const Profile& profile, seccomp::Architecture architecture) {
  return !profile.confined || architecture == kOwn ||
         std::find(profile.foreign.begin(), profile.foreign.end(), architecture) != profile.foreign.end();
}

// A call through an architecture that one side lacks is killed by both kinds of killing: not compared.
bool comparable(const Drawn& drawn, const test::Call& call) {
  return is_in(drawn.asked, call.architecture) && is_in(drawn.ceiling, call.architecture);
}

TEST(SeccompMeetLaws, NoCallGetsMoreThanOnEitherSide) {
  EXPECT_EQ(violation([] {
              Drawn drawn = draw();
              // Also where the work for it is used up halfway.
              if (coin()) drawn.granted = seccomp::meet(drawn.asked, drawn.ceiling, kOwn, number(0, 2000));
              for (int i = 0; i < 40; ++i) {
                const test::Call call = draw_call();
                // On x86 libseccomp knows the place of socket in socketcall, and runc's stub takes its direct number
                // for a new call, or not.
                if (seccomp::call_number(call.name, call.architecture).value_or(0) < 0) continue;
                // Two plain rules of different answers for a call that it carries are refused by libseccomp; the
                // model takes both.
                if (call.name == "socketcall") continue;
                const test::Verdicts result = test::evaluate(drawn.granted, kOwn, call);
                if (result.newer) continue;  // denied, by runc itself
                const auto granted = result.mildest.action;
                if (!comparable(drawn, call) || !is_in(drawn.granted, call.architecture)) {
                  require(granted <= seccomp::Action::kill_thread,
                          "an architecture of one side only: " + told(call));
                  continue;
                }
                for (const Profile* side : {&drawn.asked, &drawn.ceiling}) {
                  if (identical(*side, drawn.granted))
                    continue;  // does what it does, whatever we can say of it
                  const auto had = test::evaluate(*side, kOwn, call).strictest.action;
                  require(granted <= had, told(call) + " gets " + std::string(name(granted)) + ", had " +
                                              std::string(name(had)) + " of " + text_of(*side));
                }
              }
            }),
            "");
}

TEST(SeccompMeetLaws, WhatIsLeqGetsNoMoreAnywhere) {
  int met = 0;
  EXPECT_EQ(violation([&] {
              const Profile high = draw_profile();
              Profile low = draw_near(high);
              if (coin()) low = draw_near(low);
              note("low " + text_of(low) + "\nhigh " + text_of(high));
              if (!leq(low, high) || identical(low, high)) return;
              ++met;
              for (int i = 0; i < 40; ++i) {
                const test::Call call = draw_call();
                if (!is_in(high, call.architecture)) continue;
                if (!is_in(low, call.architecture)) continue;
                // Two plain rules of different answers for a call that it carries are refused by libseccomp; the
                // model takes both.
                if (call.name == "socketcall") continue;
                const test::Verdicts below = test::evaluate(low, kOwn, call);
                if (below.newer) continue;
                require(below.mildest.action <= test::evaluate(high, kOwn, call).strictest.action,
                        told(call));
              }
            }),
            "");
  EXPECT_GT(met, 0);
}

TEST(SeccompMeetLaws, TheMeetIsProvablyBelowBothAndItsOwnMeet) {
  EXPECT_EQ(violation([] {
              const Drawn drawn = draw();
              require(leq(drawn.granted, drawn.asked), "the meet is not below the request");
              require(leq(drawn.granted, drawn.ceiling), "the meet is not below the ceiling");
              require(identical(seccomp::meet(drawn.granted, drawn.ceiling, kOwn), drawn.granted),
                      "meeting twice changes something");
            }),
            "");
}

}  // namespace
}  // namespace hardened::laws
