#include "profiles/seccomp/condition.h"

#include <gtest/gtest.h>

#include "tests/support/seccomp_model.h"

namespace hardened::seccomp {
namespace {

constexpr std::uint64_t kMost = ~std::uint64_t{0};
constexpr std::uint64_t k32 = 0x100000000U;

Condition is(Compare op, std::uint64_t value, std::uint64_t two = 0) { return {0, op, value, two}; }

bool holds_at(const Condition& condition, std::uint64_t value, Architecture architecture) {
  return test::holds(condition, {architecture, "", {value}});
}

std::vector<Condition> pool() {
  std::vector<Condition> out;
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{7},
                                    std::uint64_t{8}, k32 - 1, k32, k32 + 8, kMost - 1, kMost}) {
    for (unsigned op = 0; op < 6; ++op) out.push_back(is(static_cast<Compare>(op), value));
    for (const std::uint64_t two : {std::uint64_t{0}, std::uint64_t{6}, std::uint64_t{8}, kMost}) {
      out.push_back(is(Compare::masked_equal, value, two));
      out.push_back(is(Compare::masked_equal, ~value, two));
    }
  }
  return out;
}

std::vector<std::uint64_t> values() {
  std::vector<std::uint64_t> out;
  for (std::uint64_t value = 0; value < 20; ++value) {
    for (const std::uint64_t base : {std::uint64_t{0}, k32 - 10, k32, k32 * 2, kMost - 19, kMost >> 1}) {
      out.push_back(base + value);
    }
  }
  return out;
}

constexpr std::array kWidths{Architecture::x86_64, Architecture::x86};

TEST(Conditions, ImplyOnlyWhatHoldsForEveryValueInBothWidths) {
  for (const Condition& inner : pool()) {
    for (const Condition& outer : pool()) {
      if (!implies(inner, outer)) continue;
      for (const std::uint64_t value : values()) {
        for (const Architecture width : kWidths) {
          EXPECT_TRUE(!holds_at(inner, value, width) || holds_at(outer, value, width))
              << name(inner.op) << inner.value << " " << name(outer.op) << outer.value << " at " << value;
        }
      }
    }
  }
}

TEST(Conditions, ImplyWhateverASmallValueCannotRefute) {
  // For values near the edges of both widths a sample is enough to refute: what it does not refute is implied.
  const auto refuted = [](const Condition& inner, const Condition& outer) {
    for (const std::uint64_t value : values()) {
      for (const Architecture width : kWidths) {
        if (holds_at(inner, value, width) && !holds_at(outer, value, width)) return true;
      }
    }
    return false;
  };
  const std::vector<Compare> ordered{Compare::less,    Compare::less_or_equal,
                                     Compare::greater, Compare::greater_or_equal,
                                     Compare::equal,   Compare::not_equal};
  for (const Compare one : ordered) {
    for (const Compare other : ordered) {
      for (std::uint64_t a = 0; a < 9; ++a) {
        for (std::uint64_t b = 0; b < 9; ++b) {
          EXPECT_EQ(implies(is(one, a), is(other, b)), !refuted(is(one, a), is(other, b)))
              << name(one) << a << " " << name(other) << b;
        }
      }
    }
  }
}

TEST(Conditions, KnowMasks) {
  const Condition no_namespaces = is(Compare::masked_equal, 0x7e020000);
  EXPECT_TRUE(implies(is(Compare::equal, 0x11), no_namespaces));
  EXPECT_FALSE(implies(is(Compare::equal, 0x10000011), no_namespaces));
  EXPECT_TRUE(implies(is(Compare::masked_equal, 0x7e020080), no_namespaces));
  EXPECT_FALSE(implies(no_namespaces, is(Compare::masked_equal, 0x7e020080)));
  EXPECT_TRUE(implies(is(Compare::less, 0x20000), no_namespaces));
  EXPECT_FALSE(implies(is(Compare::less, 0x20001), no_namespaces));
  EXPECT_TRUE(implies(is(Compare::masked_equal, kMost ^ 3, 44), is(Compare::greater, 40)));
  EXPECT_FALSE(implies(is(Compare::masked_equal, kMost ^ 7, 40), is(Compare::greater, 40)));
  // libseccomp masks the value too: bits outside of the mask say nothing.
  EXPECT_TRUE(implies(is(Compare::equal, 4), is(Compare::masked_equal, 6, 0xff4)));
}

TEST(Conditions, AreComparedInTheNarrowWidthToo) {
  // In 32 bits this is "equal to 40".
  EXPECT_FALSE(implies(is(Compare::equal, k32 + 40), is(Compare::greater, 40)));
  EXPECT_TRUE(implies(is(Compare::equal, k32 + 41), is(Compare::greater, 40)));
}

TEST(Conditions, BothHoldsOnlyWhereBothHold) {
  for (const Condition& a : pool()) {
    for (const Condition& b : pool()) {
      const auto joined = both(a, b);
      if (!joined) continue;
      for (const std::uint64_t value : values()) {
        for (const Architecture width : kWidths) {
          EXPECT_TRUE(!holds_at(*joined, value, width) ||
                      (holds_at(a, value, width) && holds_at(b, value, width)));
        }
      }
    }
  }
}

TEST(Conditions, BothSaysARangeWhereOneConditionCan) {
  EXPECT_EQ(both(is(Compare::less, 38), is(Compare::not_equal, 40)), is(Compare::less, 38));
  EXPECT_EQ(both(is(Compare::less_or_equal, 39), is(Compare::greater, 38)), is(Compare::equal, 39));
  EXPECT_EQ(both(is(Compare::greater_or_equal, 44), is(Compare::less, 48)),
            is(Compare::masked_equal, kMost ^ 3, 44));
  EXPECT_FALSE(both(is(Compare::greater_or_equal, 3), is(Compare::less, 13)));
  EXPECT_FALSE(both(is(Compare::less, 38), is(Compare::greater, 40)));
}

TEST(Conditions, NegationIsExact) {
  for (const Condition& condition : pool()) {
    const auto negated = negation(condition);
    EXPECT_EQ(negated.has_value(), condition.op != Compare::masked_equal);
    if (!negated) continue;
    for (const std::uint64_t value : values()) {
      for (const Architecture width : kWidths) {
        EXPECT_NE(holds_at(condition, value, width), holds_at(*negated, value, width));
      }
    }
  }
}

TEST(Boxes, AreOneOfARuleOrOneACondition) {
  const Condition first{0, Compare::equal, 1, 0};
  const Condition second{1, Compare::equal, 2, 0};
  const Condition again{0, Compare::less, 9, 0};
  EXPECT_EQ(boxes_of({}), std::vector<Box>{Box{}});
  EXPECT_EQ(boxes_of({second, first}), (std::vector<Box>{{first, second}}));
  EXPECT_EQ(boxes_of({first, second, again}), (std::vector<Box>{{first}, {second}, {again}}));
  const Condition nothing{2, Compare::masked_equal, 0, 7};
  EXPECT_EQ(boxes_of({first, nothing}), (std::vector<Box>{{first}}));
}

TEST(Boxes, AreWithinEachOtherArgumentByArgument) {
  const Box narrow{{0, Compare::equal, 1, 0}, {1, Compare::less, 5, 0}};
  const Box wide{{1, Compare::less, 9, 0}};
  EXPECT_TRUE(within(narrow, wide));
  EXPECT_FALSE(within(wide, narrow));
  EXPECT_TRUE(within(narrow, Box{}));
  EXPECT_EQ(both(narrow, wide), narrow);
  EXPECT_TRUE(disjoint(narrow, Box{{0, Compare::equal, 2, 0}}));
  EXPECT_FALSE(disjoint(narrow, Box{{2, Compare::equal, 2, 0}}));
}

}  // namespace
}  // namespace hardened::seccomp
