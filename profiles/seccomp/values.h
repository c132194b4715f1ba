// Numbers that one argument of a call may have: the algebra on which the meet of conditions stands.
//
//   Values::range(0, 37)                                what a family below 38 is
//   both(Values::range(0, 37), Values::masked(1, 1, 32))  the odd ones of them
//   outside(Values::all(32), Values::one(40))           two ranges: all but 40
//   blocks(Values::range(3, 12), 32)                    {3}, {4-7}, {8-11}, {12}, each a mask and a value
//
// A set is a range, of whose numbers only those count that carry `value` in the bits of `mask`. Every
// comparison of a seccomp rule is one or two of these, and they are closed under intersection; what
// lies outside of one is a few of them. So products and complements of conditions are exact.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

namespace hardened::seccomp {

// The largest number of so many bits, 1 to 64, and so their mask.
[[nodiscard]] constexpr std::uint64_t most_of(unsigned bits) {
  return bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
}

// The zero value is no number at all. `low` and `high` are themselves members, and `mask` names no bit that
// all numbers from low to high have in common: equal sets of one shape are equal values.
struct Values {
  std::uint64_t low = 1;
  std::uint64_t high = 0;
  std::uint64_t mask = 0;
  std::uint64_t value = 0;

  [[nodiscard]] static Values range(std::uint64_t low, std::uint64_t high);
  [[nodiscard]] static Values one(std::uint64_t number) { return range(number, number); }
  [[nodiscard]] static Values all(unsigned bits) { return range(0, most_of(bits)); }
  // Of the numbers of so many bits those with (number & mask) == (value & mask); none where the mask asks for
  // a bit beyond them.
  [[nodiscard]] static Values masked(std::uint64_t mask, std::uint64_t value, unsigned bits);

  [[nodiscard]] bool empty() const { return low > high; }
  [[nodiscard]] bool has(std::uint64_t number) const {
    return low <= number && number <= high && (number & mask) == value;
  }
  friend auto operator<=>(const Values&, const Values&) = default;  // an order to sort by, no more
};

[[nodiscard]] Values both(const Values& a, const Values& b);
// Those of a that are not in b, as disjoint sets.
[[nodiscard]] std::vector<Values> outside(const Values& a, const Values& b);
[[nodiscard]] bool within(const Values& inner, const Values& outer);

// (number & mask) == value: what SCMP_CMP_MASKED_EQ says.
struct Block {
  std::uint64_t mask = 0;
  std::uint64_t value = 0;
  friend bool operator==(const Block&, const Block&) = default;
};
// The fewest aligned blocks of numbers of so many bits that make a range, further masked: at most 2 * bits - 2.
[[nodiscard]] std::vector<Block> blocks(const Values& values, unsigned bits);

}  // namespace hardened::seccomp
