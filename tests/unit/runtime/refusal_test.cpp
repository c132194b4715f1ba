#include "runtime/refusal.h"

#include <gtest/gtest.h>

namespace hardened::runtime {
namespace {

using controls::Change;
using controls::OnExcess;
using controls::Verdict;

TEST(Refusal, SaysWhatWasAskedWhatTheCeilingIsAndWhichLineSaysSo) {
  Plan plan;
  plan.verdict = Verdict::refused;
  plan.decisions.push_back(
      {"rlimits", Verdict::narrowed, OnExcess::narrow, "p.yaml:3", {Change{"/x", "y", "z", "", false}}, {}});
  plan.decisions.push_back({"pids",
                            Verdict::refused,
                            OnExcess::refuse,
                            "/etc/hardened/policy.yaml:21",
                            {Change{"/linux/resources/pids/limit", "unlimited", "4096",
                                    "the ceiling is 4096; give --pids-limit", false}},
                            {}});
  EXPECT_EQ(
      refusal_text(plan),
      "refused: pids: asked unlimited at /linux/resources/pids/limit; the ceiling is 4096; give --pids-limit "
      "(/etc/hardened/policy.yaml:21)");
}

TEST(Refusal, ARuleOfTheBaseNamesTheFileThatExtendsIt) {
  Plan plan;
  plan.verdict = Verdict::refused;
  plan.policy = "/etc/hardened/policy.yaml";
  plan.decisions.push_back(
      {"user", Verdict::refused, OnExcess::refuse, "docker-default", {Change{"/u", "0", "", "", false}}, {}});
  EXPECT_EQ(refusal_text(plan),
            "refused: user: asked 0 at /u (docker-default, which /etc/hardened/policy.yaml extends)");
  plan.decisions.front().origin = "/etc/hardened/policy.yaml:3";
  EXPECT_EQ(refusal_text(plan), "refused: user: asked 0 at /u (/etc/hardened/policy.yaml:3)");
  plan.decisions.front().origin = "/etc/hardened/policy.yaml";
  EXPECT_EQ(refusal_text(plan), "refused: user: asked 0 at /u (/etc/hardened/policy.yaml)");
}

TEST(Refusal, LeavesOutWhatTheEngineAskedByItself) {
  Plan plan;
  plan.verdict = Verdict::refused;
  plan.decisions.push_back({"pids",
                            Verdict::refused,
                            OnExcess::refuse,
                            "",
                            {Change{"/a", "one", "", "", true}, Change{"/b", "two", "", "", false}},
                            {}});
  EXPECT_EQ(refusal_text(plan), "refused: pids: asked two at /b");
}

TEST(Refusal, IsShortAndPrintableWhateverIsAsked) {
  Plan plan;
  plan.verdict = Verdict::refused;
  plan.decisions.push_back({"devices",
                            Verdict::refused,
                            OnExcess::refuse,
                            "",
                            std::vector<Change>(500, Change{"/x", std::string(9999, 'x'), "", "", false}),
                            {}});
  const std::string text = refusal_text(plan);
  EXPECT_LT(text.size(), 4000U);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_NE(text.find("and more"), std::string::npos);
}

}  // namespace
}  // namespace hardened::runtime
