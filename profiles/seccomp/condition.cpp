#include "profiles/seccomp/condition.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace hardened::seccomp {
namespace {

// The values of one condition in one width. Those of every comparison are one of three shapes.
struct Values {
  enum class Shape : std::uint8_t { range, hole, bits };
  Shape shape = Shape::range;
  std::uint64_t low = 1;   // range: from low to high, none where low > high; hole: all but low; bits: value
  std::uint64_t high = 0;  // bits: the mask
};

Values range(std::uint64_t low, std::uint64_t high) { return {Values::Shape::range, low, high}; }
constexpr Values kNone{Values::Shape::range, 1, 0};
bool empty(const Values& v) { return v.shape == Values::Shape::range && v.low > v.high; }

Values masked(std::uint64_t mask, std::uint64_t value, std::uint64_t most) {
  const std::uint64_t free = most & ~mask;
  // All fixed bits above all free ones: a range.
  if ((free & (free + 1)) == 0) return range(value, value | free);
  return {Values::Shape::bits, value, mask};
}

Values all_but(std::uint64_t value, std::uint64_t most) {
  if (value == 0) return range(1, most);
  if (value == most) return range(0, most - 1);
  return {Values::Shape::hole, value, 0};
}

// `most` is the largest value of the width, and so its mask. libseccomp masks the value as well.
Values values_of(const Condition& c, std::uint64_t most) {
  const std::uint64_t value = c.value & most;
  switch (c.op) {
    case Compare::not_equal: return all_but(value, most);
    case Compare::less: return value == 0 ? kNone : range(0, value - 1);
    case Compare::less_or_equal: return range(0, value);
    case Compare::equal: return range(value, value);
    case Compare::greater_or_equal: return range(value, most);
    case Compare::greater: return value == most ? kNone : range(value + 1, most);
    case Compare::masked_equal: return masked(value, c.value_two & value, most);
  }
  return kNone;
}

// All bits below and at the highest one in which low and high differ take both values inside the range.
std::uint64_t moving_bits(std::uint64_t low, std::uint64_t high) {
  std::uint64_t moving = low ^ high;
  for (unsigned shift = 1; shift < 64; shift *= 2) moving |= moving >> shift;
  return moving;
}

bool range_within(const Values& inner, const Values& outer) {
  switch (outer.shape) {
    case Values::Shape::range: return outer.low <= inner.low && inner.high <= outer.high;
    case Values::Shape::hole: return outer.low < inner.low || outer.low > inner.high;
    case Values::Shape::bits:
      return (outer.high & moving_bits(inner.low, inner.high)) == 0 && (inner.low & outer.high) == outer.low;
  }
  return false;
}

bool bits_within(const Values& inner, const Values& outer, std::uint64_t most) {
  switch (outer.shape) {
    case Values::Shape::range:
      return outer.low <= inner.low && (inner.low | (most & ~inner.high)) <= outer.high;
    case Values::Shape::hole: return (outer.low & inner.high) != inner.low;
    case Values::Shape::bits: return (outer.high & ~inner.high) == 0 && (inner.low & outer.high) == outer.low;
  }
  return false;
}

bool values_within(const Values& inner, const Values& outer, std::uint64_t most) {
  if (empty(inner)) return true;
  if (empty(outer)) return false;
  if (inner.shape == Values::Shape::range) return range_within(inner, outer);
  if (inner.shape == Values::Shape::bits) return bits_within(inner, outer, most);
  // All values but one: bits and smaller ranges lack more than that one (masked and all_but have made a
  // range of every shape that is one).
  if (outer.shape == Values::Shape::range) return outer.low == 0 && outer.high == most;
  return outer.shape == Values::Shape::hole && outer.low == inner.low;
}

constexpr std::array<std::uint64_t, 2> kWidths{0xffffffffffffffffU, 0xffffffffU};

// A range as one condition: one that is open at an end, a single value, or a block of a power of two.
std::optional<Condition> condition_for(unsigned index, const Values& v) {
  constexpr std::uint64_t kMost = kWidths[0];
  if (empty(v)) return std::nullopt;
  if (v.low == v.high) return Condition{index, Compare::equal, v.low, 0};
  if (v.low == 0) return Condition{index, Compare::less_or_equal, v.high, 0};
  if (v.high == kMost) return Condition{index, Compare::greater_or_equal, v.low, 0};
  const std::uint64_t moving = moving_bits(v.low, v.high);
  if ((v.low & moving) != 0 || (v.high & moving) != moving) return std::nullopt;
  return Condition{index, Compare::masked_equal, ~moving, v.low};
}

const Condition* find(const Box& box, unsigned index) {
  const auto at = std::find_if(box.begin(), box.end(), [&](const Condition& c) { return c.index == index; });
  return at == box.end() ? nullptr : &*at;
}

// No filter code at all comes of an empty mask (libseccomp, _db_arg_cmp_need_lo).
bool says_nothing(const Condition& c) { return c.op == Compare::masked_equal && c.value == 0; }

}  // namespace

bool implies(const Condition& inner, const Condition& outer) {
  return std::all_of(kWidths.begin(), kWidths.end(), [&](std::uint64_t most) {
    return values_within(values_of(inner, most), values_of(outer, most), most);
  });
}

std::optional<Condition> negation(const Condition& c) {
  switch (c.op) {
    case Compare::not_equal: return Condition{c.index, Compare::equal, c.value, 0};
    case Compare::less: return Condition{c.index, Compare::greater_or_equal, c.value, 0};
    case Compare::less_or_equal: return Condition{c.index, Compare::greater, c.value, 0};
    case Compare::equal: return Condition{c.index, Compare::not_equal, c.value, 0};
    case Compare::greater_or_equal: return Condition{c.index, Compare::less, c.value, 0};
    case Compare::greater: return Condition{c.index, Compare::less_or_equal, c.value, 0};
    case Compare::masked_equal: return std::nullopt;
  }
  return std::nullopt;
}

bool disjoint(const Condition& a, const Condition& b) {
  const std::optional<Condition> not_b = negation(b);
  if (not_b && implies(a, *not_b)) return true;
  const std::optional<Condition> not_a = negation(a);
  return not_a && implies(b, *not_a);
}

std::optional<Condition> both(const Condition& a, const Condition& b) {
  if (implies(a, b)) return a;
  if (implies(b, a)) return b;
  const Values va = values_of(a, kWidths[0]);
  const Values vb = values_of(b, kWidths[0]);
  if (va.shape != Values::Shape::range || vb.shape != Values::Shape::range) return std::nullopt;
  const std::optional<Condition> out =
      condition_for(a.index, range(std::max(va.low, vb.low), std::min(va.high, vb.high)));
  if (!out || !implies(*out, a) || !implies(*out, b)) return std::nullopt;  // true in 64 bits, not in 32
  return out;
}

bool within(const Box& inner, const Box& outer) {
  return std::all_of(outer.begin(), outer.end(), [&](const Condition& wanted) {
    const Condition* given = find(inner, wanted.index);
    return given != nullptr && implies(*given, wanted);
  });
}

bool disjoint(const Box& a, const Box& b) {
  return std::any_of(a.begin(), a.end(), [&](const Condition& one) {
    const Condition* other = find(b, one.index);
    return other != nullptr && disjoint(one, *other);
  });
}

std::optional<Box> both(const Box& a, const Box& b) {
  Box out;
  for (unsigned index = 0; index < kArguments; ++index) {
    const Condition* one = find(a, index);
    const Condition* other = find(b, index);
    if (one != nullptr && other != nullptr) {
      const std::optional<Condition> joined = both(*one, *other);
      if (!joined) return std::nullopt;
      out.push_back(*joined);
    } else if (one != nullptr || other != nullptr) {
      out.push_back(one != nullptr ? *one : *other);
    }
  }
  return out;
}

std::vector<Box> boxes_of(const std::vector<Condition>& conditions) {
  std::array<unsigned, kArguments> seen{};
  bool twice = false;
  for (const Condition& condition : conditions) twice = ++seen[condition.index] > 1 || twice;
  std::vector<Box> out;
  if (twice) {
    for (const Condition& condition : conditions)
      out.push_back(says_nothing(condition) ? Box{} : Box{condition});
    return out;
  }
  Box box;
  for (const Condition& condition : conditions) {
    if (!says_nothing(condition)) box.push_back(condition);
  }
  std::sort(box.begin(), box.end(), [](const Condition& a, const Condition& b) { return a.index < b.index; });
  out.push_back(std::move(box));
  return out;
}

}  // namespace hardened::seccomp
