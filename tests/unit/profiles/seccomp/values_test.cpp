#include "profiles/seccomp/values.h"

#include <gtest/gtest.h>

#include "profiles/seccomp/box.h"

namespace hardened::seccomp {
namespace {

// All shapes that fit into 4 bits, so that every claim can be checked number by number.
constexpr unsigned kBits = 4;
constexpr std::uint64_t kMost = 15;

std::vector<Values> pool() {
  std::vector<Values> out{Values{}};
  for (std::uint64_t low = 0; low <= kMost; ++low) {
    for (std::uint64_t high = low; high <= kMost; ++high) out.push_back(Values::range(low, high));
  }
  for (std::uint64_t mask = 0; mask <= kMost; ++mask) {
    for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{5}, std::uint64_t{10}, kMost}) {
      out.push_back(Values::masked(mask, value & mask, kBits));
      out.push_back(both(Values::masked(mask, value & mask, kBits), Values::range(3, 11)));
    }
  }
  return out;
}

TEST(Values, AreARangeAndAMask) {
  for (std::uint64_t mask = 0; mask <= kMost; ++mask) {
    for (std::uint64_t value = 0; value <= kMost; ++value) {
      const Values v = Values::masked(mask, value, kBits);
      for (std::uint64_t n = 0; n <= kMost; ++n) EXPECT_EQ(v.has(n), (n & mask) == (value & mask));
      EXPECT_FALSE(v.has(kMost + 1));
    }
  }
  EXPECT_TRUE(Values{}.empty());
  EXPECT_TRUE(Values::masked(0x100, 0x100, 8).empty());
  EXPECT_EQ(Values::masked(0xf0, 0x20, 8), Values::range(0x20, 0x2f));
}

TEST(Values, BothAndOutsideAreExact) {
  for (const Values& a : pool()) {
    for (const Values& b : pool()) {
      const Values met = both(a, b);
      const std::vector<Values> rest = outside(a, b);
      for (std::uint64_t n = 0; n <= kMost; ++n) {
        EXPECT_EQ(met.has(n), a.has(n) && b.has(n));
        int in = 0;
        for (const Values& part : rest) in += part.has(n) ? 1 : 0;
        EXPECT_EQ(in, a.has(n) && !b.has(n) ? 1 : 0) << "disjoint parts of just what is left";
      }
      EXPECT_EQ(within(a, b), rest.empty());
    }
  }
}

TEST(Values, AreTightSoThatEmptyIsSeen) {
  for (const Values& a : pool()) {
    for (const Values& b : pool()) {
      const Values met = both(a, b);
      if (met.empty()) {
        EXPECT_EQ(met, Values{});
      } else {
        EXPECT_TRUE(met.has(met.low) && met.has(met.high));
      }
    }
  }
}

TEST(Values, HoldAtTheEndsOf64Bits) {
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  EXPECT_TRUE(outside(Values::all(64), Values::all(64)).empty());
  EXPECT_EQ(outside(Values::all(64), Values::one(0)), std::vector{Values::range(1, kAll)});
  EXPECT_EQ(outside(Values::all(64), Values::one(kAll)), std::vector{Values::range(0, kAll - 1)});
  EXPECT_EQ(both(Values::masked(1, 1, 64), Values::range(kAll - 1, kAll)), Values::one(kAll));
  EXPECT_TRUE(both(Values::masked(1, 0, 64), Values::one(kAll)).empty());
}

// Not cut at the first and the last member, where dozens of blocks would come of it.
TEST(Values, OutsideOfAMaskAreAsFewBlocksAsItHasBits) {
  EXPECT_EQ(outside(Values::all(64), Values::masked(2, 0, 64)), std::vector{Values::masked(2, 2, 64)});
  EXPECT_EQ(outside(Values::all(32), Values::masked(2, 2, 32)), std::vector{Values::masked(2, 0, 32)});
  std::size_t count = 0;
  for (const Values& part : outside(Values::all(64), Values::masked(0x80000006, 0x80000002, 64)))
    count += blocks(part, 64).size();
  EXPECT_EQ(count, 3U);
}

TEST(Blocks, AreJustTheValues) {
  for (const Values& v : pool()) {
    const std::vector<Block> all = blocks(v, kBits);
    for (std::uint64_t n = 0; n <= kMost; ++n) {
      int in = 0;
      for (const Block& block : all) in += (n & block.mask) == block.value ? 1 : 0;
      EXPECT_EQ(in, v.has(n) ? 1 : 0);
    }
    for (const Block& block : all) EXPECT_EQ(block.mask & ~kMost, 0U) << "a bit beyond the width";
  }
}

TEST(Blocks, AreAsFewAsTheyCanBe) {
  EXPECT_EQ(blocks(Values::all(32), 32), (std::vector<Block>{{0, 0}}));
  EXPECT_EQ(blocks(Values::one(7), 32), (std::vector<Block>{{0xffffffff, 7}}));
  EXPECT_EQ(blocks(Values::range(3, 12), 32),
            (std::vector<Block>{{0xffffffff, 3}, {0xfffffffc, 4}, {0xfffffffc, 8}, {0xffffffff, 12}}));
  EXPECT_EQ(blocks(Values::range(1, most_of(32) - 1), 32).size(), 62U);
  EXPECT_EQ(blocks(Values::range(1, most_of(64) - 1), 64).size(), 126U);
}

TEST(Boxes, BothAndOutsideAreExact) {
  Box space;
  space.fill(Values::one(0));
  space[0] = space[1] = Values::all(3);
  const auto boxed = [&](const Values& first, const Values& second) {
    Box out = space;
    out[0] = first;
    out[1] = second;
    return out;
  };
  const std::vector<Values> sets{Values::one(0), Values::range(2, 5), Values::masked(5, 4, 3),
                                 Values::all(3)};
  std::vector<Box> boxes;
  for (const Values& first : sets) {
    for (const Values& second : sets) boxes.push_back(boxed(first, second));
  }
  const auto has = [](const Box& box, std::uint64_t x, std::uint64_t y) {
    return box[0].has(x) && box[1].has(y);
  };
  Effort effort;
  for (const Box& a : boxes) {
    for (const Box& b : boxes) {
      const std::optional<Box> met = both(a, b);
      const std::vector<Box> rest = outside(a, b);
      const auto by_list = outside(a, std::vector{b, boxes[5]}, effort);
      ASSERT_TRUE(by_list);
      for (std::uint64_t x = 0; x < 8; ++x) {
        for (std::uint64_t y = 0; y < 8; ++y) {
          EXPECT_EQ(met && has(*met, x, y), has(a, x, y) && has(b, x, y));
          const auto count = [&](const std::vector<Box>& list) {
            return std::count_if(list.begin(), list.end(), [&](const Box& one) { return has(one, x, y); });
          };
          EXPECT_EQ(count(rest), has(a, x, y) && !has(b, x, y) ? 1 : 0);
          EXPECT_EQ(count(*by_list), has(a, x, y) && !has(b, x, y) && !has(boxes[5], x, y) ? 1 : 0);
        }
      }
      EXPECT_EQ(within(a, b), rest.empty());
    }
  }
}

TEST(Boxes, GiveUpRatherThanTakeForEver) {
  Box space;
  space.fill(Values::all(64));
  std::vector<Box> points;
  for (std::uint64_t i = 0; i < 64; ++i) {
    Box box = space;
    for (std::size_t dim = 0; dim < kArguments; ++dim)
      box[dim] = Values::masked(std::uint64_t{1} << i, 0, 64);
    points.push_back(box);
  }
  Effort effort;
  EXPECT_FALSE(outside(space, points, effort));
}

}  // namespace
}  // namespace hardened::seccomp
