// The model of tests/support/seccomp_model.h, and the meet, against the programs that libseccomp really makes.
#include <gtest/gtest.h>

#include "draw.h"
#include "profiles/seccomp/meet.h"
#include "seccomp_draw.h"
#include "tests/support/seccomp_compile.h"
#include "tests/support/seccomp_judge.h"

namespace hardened::laws {
namespace {

using seccomp::Profile;

std::optional<int> number_of(const test::Call& call) {
  if (call.architecture != kOwn) return std::nullopt;
  const std::optional<int> number = seccomp::call_number(call.name, call.architecture);
  return number && *number >= 0 ? number : std::nullopt;
}

// Several of these for one call, and libseccomp 2.5.4 loses one (seen: < 0 beside < 2^32 never matches 1).
bool is_wide_order(const seccomp::Rule& rule) {
  return std::any_of(rule.conditions.begin(), rule.conditions.end(), [](const seccomp::Condition& c) {
    const bool exact = c.op == seccomp::Compare::equal || c.op == seccomp::Compare::not_equal;
    return !exact && c.op != seccomp::Compare::masked_equal && c.value > 0xffffffffU;
  });
}

// Without x32: a rule for a call that has no number there makes libseccomp 2.5.4 forget to load the number of any
// (seen: {socketcall: allow, read: allow on a condition} for x86_64 and x32 compares the architecture with 0).
Profile draw_plain() {
  Profile out = draw_profile();
  out.confined = true;
  out.foreign.clear();
  out.own_listed = false;  // no stub of runc's
  out.rules.erase(std::remove_if(out.rules.begin(), out.rules.end(), is_wide_order), out.rules.end());
  return out;
}

TEST(SeccompCompiled, IsWhatTheModelSays) {
  int met = 0;
  EXPECT_EQ(violation([&] {
              const Profile profile = draw_plain();
              note(text_of(profile));
              const auto program = test::compile(profile, kOwn);
              if (!program) return;
              for (int i = 0; i < 20; ++i) {
                const test::Call call = draw_call();
                const auto number = number_of(call);
                if (!number) continue;
                // What libseccomp is known to get wrong, it gets wrong.
                if (!test::known_defect(profile, call).empty()) continue;
                const test::Verdicts model = test::evaluate(profile, kOwn, call);
                if (model.newer) continue;
                const seccomp::Answer real = test::run(*program, call, *number);
                ++met;
                require(model.strictest.action <= real.action && real.action <= model.mildest.action,
                        call.name + "(" + std::to_string(call.arguments[0]) + ", " +
                            std::to_string(call.arguments[1]) + ") through " +
                            std::string(name(call.architecture)) + " really gets " +
                            std::string(name(real.action)) + ", and " +
                            std::string(name(model.strictest.action)) + " to " +
                            std::string(name(model.mildest.action)) + " in the model");
              }
            }),
            "");
  EXPECT_GT(met, 100);
}

TEST(SeccompCompiled, GrantsNoMoreThanEitherSide) {
  int met = 0;
  EXPECT_EQ(
      violation([&] {
        const Profile asked = draw_plain();
        const Profile ceiling = coin() ? draw_near(asked) : draw_plain();
        const Profile granted = seccomp::meet(asked, ceiling, kOwn);
        note("asked " + text_of(asked) + "\nceiling " + text_of(ceiling) + "\ngranted " + text_of(granted));
        const auto a = test::compile(asked, kOwn);
        const auto c = test::compile(ceiling, kOwn);
        if (!a || !c) return;
        const auto g = test::compile(granted, kOwn);
        require(g.has_value(), "libseccomp does not take the meet");
        for (int i = 0; i < 20; ++i) {
          const test::Call call = draw_call();
          const auto number = number_of(call);
          if (!number) continue;
          ++met;
          const auto got = test::run(*g, call, *number).action;
          require(got <= test::run(*a, call, *number).action && got <= test::run(*c, call, *number).action,
                  call.name + "(" + std::to_string(call.arguments[0]) + ", " +
                      std::to_string(call.arguments[1]) + ")");
        }
      }),
      "");
  EXPECT_GT(met, 100);
}

}  // namespace
}  // namespace hardened::laws
