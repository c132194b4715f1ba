#include "profiles/seccomp/instead.h"

#include <gtest/gtest.h>

namespace hardened::seccomp {
namespace {

DockerRule rule(std::vector<std::string> names, Action action) {
  return {{std::move(names), answer(action, {}), {}}, {}, {}};
}

DockerProfile profile() {
  DockerProfile out;
  out.confined = true;
  out.fallback = answer(Action::error, {});
  out.rules = {rule({"read", "ioctl"}, Action::allow), rule({"ioctl"}, Action::log),
               rule({"mount"}, Action::allow)};
  out.rules[2].includes.capabilities = Flags{}.with(21);
  return out;
}

TEST(Instead, TheCallsOfTheOthersAreAnsweredByThoseAlone) {
  const DockerProfile made = instead(profile(), {rule({"ioctl"}, Action::trap)});
  ASSERT_EQ(made.rules.size(), 3U);
  EXPECT_EQ(made.rules[0].rule.names, (std::vector<std::string>{"read"}));
  EXPECT_EQ(made.rules[1].rule.names, (std::vector<std::string>{"mount"}));
  EXPECT_EQ(made.rules[1].includes.capabilities, Flags{}.with(21))
      << "other rules keep what they ask of the host";
  EXPECT_EQ(made.rules[2].rule.answer.action, Action::trap);
}

TEST(Instead, WhatTheProfileAskedOfTheHostForThemIsGone) {
  const DockerProfile made = instead(profile(), {all_of({"mount", "unshare"})});
  const DockerRule& last = made.rules.back();
  EXPECT_EQ(last.rule.names, (std::vector<std::string>{"mount", "unshare"}));
  EXPECT_EQ(last.rule.answer.action, Action::allow);
  EXPECT_TRUE(last.rule.conditions.empty());
  EXPECT_TRUE(last.includes.capabilities.empty());
  EXPECT_EQ(made.rules.size(), 3U);
}

TEST(Instead, WithoutOthersItIsTheProfile) {
  const DockerProfile made = instead(profile(), {});
  ASSERT_EQ(made.rules.size(), 3U);
  EXPECT_EQ(made.rules[0].rule, profile().rules[0].rule);
  EXPECT_EQ(made.fallback, profile().fallback);
  EXPECT_TRUE(made.confined);
}

}  // namespace
}  // namespace hardened::seccomp
