// The laws of lattice.h for each shape, for all pairs and triples of a small domain.
#include "core/lattice/shapes.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <set>
#include <vector>

namespace hardened {
namespace {

static_assert(Lattice<Flags> && Lattice<AtMost> && Lattice<AtLeast> && Lattice<Permitted> &&
              Lattice<Required>);
static_assert(Lattice<Set<int>> && Lattice<Cover<int>>);

constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();

// Bits 0, 5 and 63: the ends of the word, where shifts go wrong.
constexpr unsigned kBits[] = {0, 5, 63};

std::vector<std::set<int>> subsets() {
  std::vector<std::set<int>> all;
  for (unsigned chosen = 0; chosen < 8; ++chosen) {
    std::set<int> set;
    for (int item = 0; item < 3; ++item) {
      if ((chosen >> item & 1U) != 0) set.insert(item);
    }
    all.push_back(set);
  }
  return all;
}

// All values of a domain that holds the zero value, the largest value and what lies between.
template <class T>
struct Domain;

template <>
struct Domain<Flags> {
  static std::vector<Flags> values() {
    std::vector<Flags> all;
    for (unsigned chosen = 0; chosen < 8; ++chosen) {
      Flags flags;
      for (unsigned i = 0; i < 3; ++i) {
        if ((chosen >> i & 1U) != 0) flags = flags.with(kBits[i]);
      }
      all.push_back(flags);
    }
    return all;
  }
};

template <>
struct Domain<AtMost> {
  static std::vector<AtMost> values() {
    return {AtMost{},           AtMost::of(1), AtMost::of(2), AtMost::of(kLargest - 1), AtMost::of(kLargest),
            AtMost::unlimited()};
  }
};

template <>
struct Domain<AtLeast> {
  static std::vector<AtLeast> values() {
    return {AtLeast{},         AtLeast::of(kHighest - 1), AtLeast::of(1),           AtLeast::of(0),
            AtLeast::of(-999), AtLeast::of(-1000),        AtLeast::of(kLowest + 1), AtLeast::anything()};
  }
};

template <>
struct Domain<Permitted> {
  static std::vector<Permitted> values() { return {Permitted(false), Permitted(true)}; }
};

template <>
struct Domain<Required> {
  static std::vector<Required> values() { return {Required(false), Required(true)}; }
};

template <>
struct Domain<Set<int>> {
  static std::vector<Set<int>> values() {
    std::vector<Set<int>> all;
    for (const std::set<int>& items : subsets()) all.emplace_back(items);
    return all;
  }
};

template <>
struct Domain<Cover<int>> {
  static std::vector<Cover<int>> values() {
    std::vector<Cover<int>> all = {Cover<int>{}};
    for (const std::set<int>& items : subsets()) all.emplace_back(items);
    return all;
  }
};

template <class T>
struct ShapeLaws : testing::Test {
  const std::vector<T> domain = Domain<T>::values();
};
using Shapes = testing::Types<Flags, AtMost, AtLeast, Permitted, Required, Set<int>, Cover<int>>;
TYPED_TEST_SUITE(ShapeLaws, Shapes);

TYPED_TEST(ShapeLaws, TheDomainHoldsDifferentValues) {
  for (std::size_t i = 0; i < this->domain.size(); ++i) {
    for (std::size_t j = 0; j < this->domain.size(); ++j) {
      EXPECT_EQ(this->domain[i] == this->domain[j], i == j) << i << ", " << j;
    }
  }
}

TYPED_TEST(ShapeLaws, TheOrderIsAPartialOrder) {
  for (const TypeParam& a : this->domain) {
    EXPECT_TRUE(leq(a, a));
    for (const TypeParam& b : this->domain) {
      if (leq(a, b) && leq(b, a)) {
        EXPECT_TRUE(a == b);
      }
      for (const TypeParam& c : this->domain) {
        if (leq(a, b) && leq(b, c)) {
          EXPECT_TRUE(leq(a, c));
        }
      }
    }
  }
}

TYPED_TEST(ShapeLaws, TheZeroValueIsTheStrictest) {
  for (const TypeParam& a : this->domain) EXPECT_TRUE(leq(TypeParam{}, a));
}

TYPED_TEST(ShapeLaws, MeetIsTheGreatestLowerBound) {
  for (const TypeParam& a : this->domain) {
    for (const TypeParam& b : this->domain) {
      const TypeParam both = meet(a, b);
      EXPECT_TRUE(leq(both, a));
      EXPECT_TRUE(leq(both, b));
      for (const TypeParam& c : this->domain) {
        if (leq(c, a) && leq(c, b)) {
          EXPECT_TRUE(leq(c, both));
        }
      }
    }
  }
}

TYPED_TEST(ShapeLaws, MeetCommutesAssociatesAndIsIdempotent) {
  for (const TypeParam& a : this->domain) {
    EXPECT_TRUE(meet(a, a) == a);
    for (const TypeParam& b : this->domain) {
      EXPECT_TRUE(meet(a, b) == meet(b, a));
      EXPECT_EQ(leq(a, b), meet(a, b) == a);
      for (const TypeParam& c : this->domain) EXPECT_TRUE(meet(meet(a, b), c) == meet(a, meet(b, c)));
    }
  }
}

TYPED_TEST(ShapeLaws, TheDomainHasALargestValue) {
  int largest = 0;
  for (const TypeParam& a : this->domain) {
    bool above_all = true;
    for (const TypeParam& b : this->domain) above_all = above_all && leq(b, a);
    largest += above_all ? 1 : 0;
  }
  EXPECT_EQ(largest, 1);
}

// What the orders mean: the laws above hold for an order that is upside down as well.
TEST(Shapes, StricterMeansWhatItSays) {
  EXPECT_TRUE(leq(Flags{}.with(1), Flags{}.with(1).with(2)));
  EXPECT_TRUE(leq(AtMost::of(10), AtMost::of(11)));
  EXPECT_TRUE(leq(AtMost::of(kLargest), AtMost::unlimited()));
  EXPECT_FALSE(leq(AtMost::unlimited(), AtMost::of(kLargest)));
  EXPECT_TRUE(leq(AtLeast::of(0), AtLeast::of(-1000)));
  EXPECT_TRUE(leq(Permitted(false), Permitted(true)));
  EXPECT_TRUE(leq(Required(true), Required(false)));
  EXPECT_TRUE(leq(Set<int>{1}, Set<int>{1, 2}));
  EXPECT_TRUE(leq(Cover<int>({1, 2}), Cover<int>({1})));
  EXPECT_TRUE(leq(Cover<int>{}, Cover<int>({1})));
}

TEST(Shapes, FlagsBeyondTheWordAreNeverHeld) {
  EXPECT_FALSE(Flags(kLargest).has(64));
  EXPECT_FALSE(Flags(kLargest).has(1000));
  EXPECT_EQ(Flags{}.with(64), Flags{});
  EXPECT_EQ(Flags{}.with(200), Flags{});
  EXPECT_EQ(Flags(kLargest).without(64), Flags(kLargest));
  EXPECT_EQ(Flags(kLargest).without(63).bits(), kLargest >> 1U);
  EXPECT_EQ(Flags{}.with(63).count(), 1);
}

TEST(Shapes, FlagsMinus) {
  for (const Flags a : Domain<Flags>::values()) {
    for (const Flags b : Domain<Flags>::values()) {
      EXPECT_TRUE(leq(minus(a, b), a));
      EXPECT_TRUE(meet(minus(a, b), b).empty());
      EXPECT_EQ(minus(a, b).bits() | meet(a, b).bits(), a.bits());
    }
  }
}

}  // namespace
}  // namespace hardened
