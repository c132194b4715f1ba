#include "ctl/access_list.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/ctl/access_list.h"

namespace hardened::ctl {
namespace {

using Numbers = std::vector<std::uint32_t>;
using test::access_list;

TEST(AccessList, NamesWhoMayWrite) {
  const auto found = parse_access_list(access_list({{0x01, 6, 0},
                                                    {0x02, 6, 1000},
                                                    {0x02, 4, 1001},
                                                    {0x04, 6, 0},
                                                    {0x08, 2, 200},
                                                    {0x10, 6, 0},
                                                    {0x20, 0, 0}}));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->users, Numbers{1000});
  EXPECT_EQ(found->groups, Numbers{200});
  EXPECT_TRUE(found->group);
}

TEST(AccessList, WhatTheMaskTakesIsNotGiven) {
  const auto found = parse_access_list(access_list({{0x02, 6, 1000}, {0x04, 6, 0}, {0x10, 4, 0}}));
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(found->users.empty());
  EXPECT_FALSE(found->group);
}

TEST(AccessList, AnythingElseIsNone) {
  std::string list = access_list({{0x02, 6, 1000}});
  EXPECT_TRUE(parse_access_list(list).has_value());
  EXPECT_FALSE(parse_access_list(list.substr(0, list.size() - 1)).has_value());
  EXPECT_FALSE(parse_access_list("").has_value());
  list[0] = 3;
  EXPECT_FALSE(parse_access_list(list).has_value());
}

}  // namespace
}  // namespace hardened::ctl
