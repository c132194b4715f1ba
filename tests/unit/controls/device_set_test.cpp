#include "controls/device_set.h"

#include <gtest/gtest.h>

#include <string>

namespace hardened::controls {
namespace {

DeviceSet set_of(std::initializer_list<std::string> lines) {
  DeviceSet set;
  for (const std::string& line : lines) {
    const auto one = parse_devices(line);
    EXPECT_TRUE(one.ok()) << line;
    if (one) set.add(*one);
  }
  return set;
}

TEST(DeviceSet, IsEmptyAtFirstAndBelowAll) {
  EXPECT_TRUE(leq(DeviceSet(), set_of({"c 1:3 r"})));
  EXPECT_FALSE(leq(set_of({"c 1:3 r"}), DeviceSet()));
  EXPECT_EQ(print(DeviceSet()), "");
}

TEST(DeviceSet, PrintsAsItIsWritten) {
  for (const std::string line : {"c 10:229 rwm", "b *:* m", "c 136:* rw", "b *:5 r", "c 4294967295:0 w"}) {
    EXPECT_EQ(print(set_of({line})), line);
  }
  EXPECT_EQ(set_of({"a *:* rwm"}), DeviceSet::everything());
}

TEST(DeviceSet, WhatIsNoDeviceIsAnError) {
  for (const std::string text :
       {"", "c", "c 1:3", "d 1:3 r", "c 1 r", "c 1:3 ", "c 1:3 x", "c 1:3 rr w", "c  1:3 r", "c -1:3 r",
        "c 4294967296:3 r", "c 1:3:4 r", "c :3 r", "c *1:3 r"}) {
    EXPECT_FALSE(parse_devices(text).ok()) << text;
  }
}

TEST(DeviceSet, AWiderRangeSwallowsNarrowerOnes) {
  const DeviceSet one_by_one = set_of({"c 1:3 rw", "c 1:5 m", "c 1:* rwm"});
  EXPECT_EQ(one_by_one, set_of({"c 1:* rwm"}));
  EXPECT_EQ(set_of({"c 1:* rwm", "c 1:3 rw"}), set_of({"c 1:* rwm"}));
  // Only the access that the wider one has.
  EXPECT_EQ(print(set_of({"c 1:3 rw", "c *:* r"})), "c *:* r and c 1:3 rw");
  EXPECT_EQ(set_of({"c 1:3 rw", "c *:* r"}), set_of({"c *:* r", "c 1:3 w"}));
}

TEST(DeviceSet, CoversByItsMembersTogether) {
  const DeviceSet set = set_of({"c *:* m", "c 1:* r", "c *:3 w"});
  EXPECT_TRUE(set.covers({DeviceType::character, 1, 3}, Access::all));
  EXPECT_FALSE(set.covers({DeviceType::character, 1, 4}, Access::write));
  EXPECT_FALSE(set.covers({DeviceType::block, 1, 3}, Access::make));
  EXPECT_FALSE(set.covers({DeviceType::character, std::nullopt, std::nullopt}, Access::read));
}

TEST(DeviceSet, TheMeetIsWhatBothGrant) {
  EXPECT_EQ(meet(set_of({"c 10:* rw"}), set_of({"c *:200 wm"})), set_of({"c 10:200 w"}));
  EXPECT_EQ(meet(set_of({"c 1:3 rwm"}), set_of({"b 1:3 rwm"})), DeviceSet());
  EXPECT_EQ(meet(DeviceSet::everything(), set_of({"c 1:3 r", "b *:* m"})), set_of({"c 1:3 r", "b *:* m"}));
}

TEST(DeviceSet, DropTouchingTakesPiercedRangesWhole) {
  DeviceSet set = set_of({"c 10:* rw", "c 10:5 m", "b 10:229 rwm"});
  set.drop_touching({DeviceType::character, 10, 229}, Access::write);
  EXPECT_EQ(set, set_of({"c 10:* r", "c 10:5 m", "b 10:229 rwm"}));
}

TEST(DeviceSet, PrintsNoMoreThanItIsTold) {
  EXPECT_EQ(print(set_of({"c 1:1 r", "c 1:2 r", "c 1:3 r", "c 1:4 r"}), 2), "c 1:1 r, c 1:2 r and 2 more");
}

}  // namespace
}  // namespace hardened::controls
