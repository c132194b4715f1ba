#include "core/base/ids.h"

#include <gtest/gtest.h>

namespace hardened {
namespace {

using Ranges = std::vector<IdSet::Range>;

TEST(IdSet, IsOneForEachSetOfIds) {
  EXPECT_EQ(IdSet({{5, 9}, {0, 2}, {3, 4}, {7, 12}}).ranges(), (Ranges{{0, 12}}));
  EXPECT_EQ(IdSet({{5, 9}, {0, 3}}).ranges(), (Ranges{{0, 3}, {5, 9}}));
  EXPECT_EQ(IdSet({{9, 5}}), IdSet());
  EXPECT_EQ(IdSet({{UINT32_MAX, UINT32_MAX}, {0, UINT32_MAX - 1}}), IdSet::all());
  EXPECT_EQ(IdSet({{0, UINT32_MAX}, {7, 7}}), IdSet::all());
}

TEST(IdSet, FewerIsLess) {
  const IdSet some({{1, 4}, {8, 9}});
  EXPECT_TRUE(leq(IdSet(), some) && leq(some, some) && leq(some, IdSet::all()));
  EXPECT_TRUE(leq(IdSet({{2, 3}, {9, 9}}), some));
  EXPECT_FALSE(leq(IdSet({{4, 5}}), some));
  EXPECT_FALSE(leq(IdSet({{4, 8}}), some));
  EXPECT_FALSE(leq(IdSet::of(0), some));
  EXPECT_FALSE(leq(IdSet::all(), some));
  EXPECT_TRUE(some.has(8));
  EXPECT_FALSE(some.has(5));
}

TEST(IdSet, MeetsAndTakesAway) {
  const IdSet some({{1, 4}, {8, 9}});
  EXPECT_EQ(meet(some, IdSet({{3, 8}})), IdSet({{3, 4}, {8, 8}}));
  EXPECT_EQ(meet(some, IdSet({{5, 7}})), IdSet());
  EXPECT_EQ(meet(some, IdSet::all()), some);
  EXPECT_EQ(minus(some, IdSet({{3, 8}})), IdSet({{1, 2}, {9, 9}}));
  EXPECT_EQ(minus(IdSet::all(), IdSet::of(0)), IdSet({{1, UINT32_MAX}}));
  EXPECT_EQ(minus(IdSet::all(), IdSet::of(UINT32_MAX)), IdSet({{0, UINT32_MAX - 1}}));
  EXPECT_EQ(minus(some, IdSet::all()), IdSet());
}

TEST(IdSet, IsToldShortly) {
  EXPECT_EQ(told(IdSet()), "none");
  EXPECT_EQ(told(IdSet({{0, 0}, {5, 9}})), "0 and 5-9");
  Ranges many;
  for (std::uint32_t id = 0; id < 100; id += 2) many.push_back({id, id});
  EXPECT_EQ(told(IdSet(many)), "0, 2, 4, 6, 8, 10, 12, 14 and others");
}

TEST(IdMap, SaysWhoIsWhoOutside) {
  const IdMap map({{0, 100000, 10}, {20, 5, 1}});
  EXPECT_EQ(map.outside(6), 100006U);
  EXPECT_EQ(map.outside(20), 5U);
  EXPECT_EQ(map.outside(10), std::nullopt);
  EXPECT_EQ(map.outsides(), IdSet({{5, 5}, {100000, 100009}}));
  EXPECT_EQ(map.insides(IdSet({{5, 6}, {100008, 200000}})), IdSet({{8, 9}, {20, 20}}));
  EXPECT_EQ(IdMap::identity().outside(42), 42U);
  EXPECT_EQ(IdMap().outsides(), IdSet());
  EXPECT_EQ(IdMap({{0, 0, 0}}).outside(0), std::nullopt);
}

TEST(IdMap, EndsWithTheLastId) {
  const IdMap map({{0, UINT32_MAX - 1, 10}, {UINT32_MAX, 7, 10}});
  EXPECT_EQ(map.outside(1), UINT32_MAX);
  EXPECT_EQ(map.outside(2), std::nullopt);
  EXPECT_EQ(map.outsides(), IdSet({{7, 16}, {UINT32_MAX - 1, UINT32_MAX}}));
  EXPECT_EQ(map.insides(IdSet({{8, 16}})), IdSet());
  EXPECT_EQ(map.insides(IdSet({{7, 16}})), IdSet::of(UINT32_MAX));
}

TEST(IdMap, IsReadAsTheKernelPrintsIt) {
  const auto map = parse_id_map("         0     100000      65536\n     65536          7          1\n");
  ASSERT_TRUE(map.ok());
  EXPECT_EQ(map->outside(65536), 7U);
  EXPECT_EQ(map->outside(1), 100001U);
  EXPECT_TRUE(parse_id_map("")->entries().empty());
  EXPECT_EQ(parse_id_map("0 0 4294967295\n")->outsides(), IdSet({{0, UINT32_MAX - 1}}));
  for (const char* wrong : {"0 0\n", "a 0 1\n", "0 0 1 1\n", "0 0 4294967296\n", "\n"}) {
    EXPECT_FALSE(parse_id_map(wrong).ok()) << wrong;
  }
}

}  // namespace
}  // namespace hardened
