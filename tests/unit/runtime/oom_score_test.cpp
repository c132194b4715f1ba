#include "runtime/oom_score.h"

#include <gtest/gtest.h>

#include "config/load.h"
#include "tests/support/fake_host.h"

namespace hardened::runtime {
namespace {

constexpr const char* kOwn = "/proc/self/oom_score_adj";

class OomScoreTest : public testing::Test {
 protected:
  // What our own score is in the end.
  std::string taken(const std::string& own, controls::Scope scope, std::int64_t granted,
                    const std::string& rule = "{}") {
    test::FakeHost host;
    host.file(kOwn, own + "\n");
    host.takes = [&](const std::string& path, std::string_view bytes) {
      host.file(path, std::string(bytes) + "\n");
      return done();
    };
    auto policy = config::parse_policy(
        "policy.yaml", "version: 1\nextends: docker-default\ncontrols: {scheduling: " + rule + "}\n");
    if (!policy) return policy.error().what;
    Judged judged;
    judged.effective.policy = *policy;
    judged.document.emplace();
    judged.document->scope = scope;
    auto& grant = std::get<index_of<controls::Scheduling>()>(judged.plan.grants);
    if (granted != kKept) grant.oom_score_adj = AtLeast::of(granted);
    const Done result = take_oom_score(host, judged);
    return result ? host.bytes(kOwn).value_or("") : result.error().what;
  }
  static constexpr std::int64_t kKept = 5000;
};

TEST_F(OomScoreTest, IsRaisedToWhatWasGranted) {
  EXPECT_EQ(taken("-998", controls::Scope::bundle, 0), "0\n");
  EXPECT_EQ(taken("-998", controls::Scope::bundle, 300), "300\n");
  EXPECT_EQ(taken("-998", controls::Scope::process, kKept), "0\n");
  EXPECT_EQ(taken("-998", controls::Scope::process, kKept, "{oom_score_adj: -500}"), "-500\n");
}

TEST_F(OomScoreTest, IsNeverLowered) {
  EXPECT_EQ(taken("500", controls::Scope::bundle, 0), "500\n");
  EXPECT_EQ(taken("0", controls::Scope::process, kKept), "0\n");
}

TEST_F(OomScoreTest, StaysWhereNothingBeginsOrARuleOnlyObserves) {
  EXPECT_EQ(taken("-998", controls::Scope::resources, kKept), "-998\n");
  EXPECT_EQ(taken("-998", controls::Scope::bundle, 0, "{on_excess: observe}"), "-998\n");
}

TEST_F(OomScoreTest, WhatCannotBeReadStartsNothing) {
  EXPECT_NE(taken("many", controls::Scope::bundle, 0).find("says 'many'"), std::string::npos);
}

}  // namespace
}  // namespace hardened::runtime
