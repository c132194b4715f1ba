#include "runtime/amend.h"

#include "core/doc/json.h"
#include "verify_fixture.h"

namespace hardened::runtime {
namespace {

doc::Value value(const std::string& json) { return doc::read_json("test", json).value().root; }
std::string over(const std::string& below, const std::string& above) {
  return doc::print(laid_over(value(below), value(above)));
}

TEST(LaidOver, MemberByMember) {
  EXPECT_EQ(
      over(R"({"pids":{"limit":1},"cpu":{"shares":2}})", R"({"pids":{"limit":7},"memory":{"limit":9}})"),
      R"({"pids":{"limit":7},"cpu":{"shares":2},"memory":{"limit":9}})");
  EXPECT_EQ(over("null", R"({"pids":{"limit":-1}})"), R"({"pids":{"limit":-1}})");
}

// Docker's daemon sends zeros for what was not asked.
TEST(LaidOver, WhatSaysNothingLeavesWhatWasThere) {
  EXPECT_EQ(
      over(R"({"pids":{"limit":1}})", R"({"pids":{"limit":0},"cpu":{"shares":0,"cpus":null},"devices":[1]})"),
      R"({"pids":{"limit":1},"cpu":{}})");
}

class AmendTest : public VerifyTest {};

TEST_F(AmendTest, WhatAnUpdateGrantedIsNotAboveTheGrant) {
  running.pids_max = "200\n";
  put();
  EXPECT_EQ(inspect(host, kRoot, "web").outcome, Outcome::above);
  ASSERT_TRUE(amend(host, kRoot, "web", value(R"({"pids":{"limit":200}})")).ok());
  EXPECT_EQ(inspect(host, kRoot, "web").outcome, Outcome::as_granted);
  // A second one about something else leaves the first.
  ASSERT_TRUE(amend(host, kRoot, "web", value(R"({"memory":{"limit":1048576}})")).ok());
  EXPECT_EQ(doc::print(find_kept(host, kRoot, "web").value()->promise->updated),
            R"({"pids":{"limit":200},"memory":{"limit":1048576}})");
  running.pids_max = "201\n";
  running.put(host);
  EXPECT_EQ(inspect(host, kRoot, "web").outcome, Outcome::above);
}

// The runtime may refuse one that lowers, and then the container holds what create granted.
TEST_F(AmendTest, OneThatLowersLeavesWhatCreateGranted) {
  put();
  ASSERT_TRUE(amend(host, kRoot, "web", value(R"({"pids":{"limit":50}})")).ok());
  EXPECT_EQ(inspect(host, kRoot, "web").outcome, Outcome::as_granted);  // it holds 100
  running.pids_max = "101\n";
  running.put(host);
  EXPECT_EQ(inspect(host, kRoot, "web").outcome, Outcome::above);
}

TEST_F(AmendTest, WithoutARecordNothingIsWritten) {
  ASSERT_TRUE(amend(host, kRoot, "web", value(R"({"pids":{"limit":50}})")).ok());
  EXPECT_TRUE(host.journal().empty());
  kept.promise.reset();
  put();
  const auto before = host.journal();
  ASSERT_TRUE(amend(host, kRoot, "web", value(R"({"pids":{"limit":50}})")).ok());
  EXPECT_EQ(host.journal(), before);
}

}  // namespace
}  // namespace hardened::runtime
