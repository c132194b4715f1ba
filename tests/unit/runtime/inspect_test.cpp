#include "runtime/inspect.h"

#include <algorithm>

#include "verify_fixture.h"

namespace hardened::runtime {
namespace {

class InspectTest : public VerifyTest {
 protected:
  Verification inspected() { return inspect(host, kRoot, "web"); }
  // Nothing at all was done to the machine but what put() did.
  void look_changes_nothing(Outcome outcome) {
    const auto before = host.journal();
    const Verification seen = inspected();
    EXPECT_EQ(seen.outcome, outcome) << seen.why.what;
    EXPECT_FALSE(seen.ended);
    EXPECT_FALSE(host.killed(4711));
    EXPECT_EQ(host.journal(), before);
  }
};

TEST_F(InspectTest, WhatIsAsGrantedIsSaidToBe) {
  put();
  look_changes_nothing(Outcome::as_granted);
}

TEST_F(InspectTest, WhatWaitsAndHoldsMoreIsToldAndLives) {
  running.pids_max = "max\n";
  put();
  look_changes_nothing(Outcome::above);
  const Verification seen = inspected();
  ASSERT_EQ(seen.surpluses.size(), 1U);
  EXPECT_EQ(seen.surpluses.front().control, "pids");
  EXPECT_EQ(seen.surpluses.front().words, "has a pids limit of unlimited instead of 100");
}

TEST_F(InspectTest, WhatRunsAndHoldsMoreLives) {
  running.pids_max = "max\n";
  running.executed = true;
  put();
  ASSERT_TRUE(host.remove("/run/runc/web/exec.fifo").ok());
  look_changes_nothing(Outcome::above);
}

TEST_F(InspectTest, WhatCannotBeReadLives) {
  put();
  host.file(kConfig, std::string(test::kGranted) + " ");
  look_changes_nothing(Outcome::unreadable);
  EXPECT_NE(inspected().why.what.find("is not what was granted"), std::string::npos);
}

TEST_F(InspectTest, WhereNothingWasPromisedNobodyIsLookedAt) {
  running.put(host);
  look_changes_nothing(Outcome::unmanaged);
  EXPECT_EQ(inspected().process, nullptr);
}

TEST_F(InspectTest, WhatIsGoneIsNothingToCompare) {
  running.lives = false;
  put();
  look_changes_nothing(Outcome::gone);
}

// What verify ends is what was looked at.
TEST_F(InspectTest, TheProcessThatWasLookedAtIsHandedOn) {
  put();
  const Verification seen = inspected();
  ASSERT_NE(seen.process, nullptr);
  EXPECT_TRUE(seen.process->lives());
  ASSERT_TRUE(seen.process->kill().ok());
  EXPECT_TRUE(host.killed(4711));
}

}  // namespace
}  // namespace hardened::runtime
