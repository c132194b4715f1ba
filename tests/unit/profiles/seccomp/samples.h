// Profiles for the tests of order and meet, and what they do by the model.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "profiles/seccomp/meet.h"
#include "tests/support/seccomp_model.h"

namespace hardened::seccomp {

inline constexpr Architecture kOwn = Architecture::x86_64;
inline constexpr Answer kAllow{Action::allow, 0};
inline constexpr Answer kDeny{Action::error, kEperm};
inline constexpr Answer kUnknown{Action::error, kEnosys};

inline Profile denying(std::vector<Rule> rules) {
  Profile out;
  out.fallback = kDeny;
  out.own_listed = true;
  out.flags = std::nullopt;
  out.rules = std::move(rules);
  return out;
}

inline Rule allow(std::vector<std::string> names, std::vector<Condition> conditions = {}) {
  return {std::move(names), kAllow, std::move(conditions)};
}

inline Profile met(const Profile& asked, const Profile& ceiling) {
  const Profile out = meet(asked, ceiling, kOwn);
  EXPECT_TRUE(leq(out, asked));
  EXPECT_TRUE(leq(out, ceiling));
  EXPECT_TRUE(identical(meet(out, ceiling, kOwn), out));
  return out;
}

inline Answer answer_to(const Profile& profile, const std::string& name, std::uint64_t first = 0) {
  const test::Verdicts out = test::evaluate(profile, kOwn, {kOwn, name, {first}});
  EXPECT_EQ(out.strictest, out.mildest);
  return out.strictest;
}

inline bool names(const Profile& profile, std::string_view call) {
  return Reading(profile, kOwn).mentions(call);
}

inline Condition family(Compare op, std::uint64_t value) { return {0, op, value, 0}; }

}  // namespace hardened::seccomp
