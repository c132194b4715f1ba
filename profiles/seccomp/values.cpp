#include "profiles/seccomp/values.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace hardened::seccomp {
namespace {

std::uint64_t up_to(unsigned bit) { return most_of(bit + 1); }

// All bits below and at the highest one in which low and high differ take both values inside of the range.
std::uint64_t moving_bits(std::uint64_t low, std::uint64_t high) {
  return most_of(64 - static_cast<unsigned>(std::countl_zero(low ^ high)));
}

// The smallest number from `low` on with `value` in the bits of `mask`.
std::optional<std::uint64_t> member_from(std::uint64_t low, std::uint64_t mask, std::uint64_t value) {
  const std::uint64_t wrong = (low & mask) ^ value;
  if (wrong == 0) return low;
  const auto bit = 63 - static_cast<unsigned>(std::countl_zero(wrong));
  if ((value >> bit & 1U) != 0) return (low & ~up_to(bit)) | (value & up_to(bit));
  // The bit has to fall, so that a free one above it must rise.
  const std::uint64_t rising = ~mask & ~low & ~up_to(bit);
  if (rising == 0) return std::nullopt;
  const std::uint64_t risen = rising & (~rising + 1);
  return (low & ~(risen - 1)) | risen | (value & (risen - 1));
}

// The largest one up to `high`: the same, seen from above.
std::optional<std::uint64_t> member_to(std::uint64_t high, std::uint64_t mask, std::uint64_t value) {
  const std::optional<std::uint64_t> mirrored = member_from(~high, mask, ~value & mask);
  return mirrored ? std::optional(~*mirrored) : std::nullopt;
}

Values made(std::uint64_t low, std::uint64_t high, std::uint64_t mask, std::uint64_t value) {
  if (low > high) return {};
  const auto first = member_from(low, mask, value);
  const auto last = member_to(high, mask, value);
  if (!first || !last || *first > *last) return {};
  const std::uint64_t counting = mask & moving_bits(*first, *last);
  return {*first, *last, counting, value & counting};
}

Values with_bit(const Values& v, std::uint64_t bit, std::uint64_t value) {
  if ((v.mask & bit) != 0 && ((v.value ^ value) & bit) != 0) return {};
  return made(v.low, v.high, v.mask | bit, v.value | (value & bit));
}

// Between which numbers the mask alone says what is inside: the block around them, or else the first and the last. Its
// borders are those of blocks, and what is cut there takes few of them.
Values block_of(const Values& v) {
  const std::uint64_t moving = moving_bits(v.low, v.high);
  const std::uint64_t low = v.low & ~moving;
  const std::uint64_t high = v.low | moving;
  return made(low, high, v.mask, v.value) == v ? Values::range(low, high) : Values::range(v.low, v.high);
}

}  // namespace

Values Values::range(std::uint64_t low, std::uint64_t high) {
  return low > high ? Values{} : Values{low, high, 0, 0};
}

Values Values::masked(std::uint64_t mask, std::uint64_t value, unsigned bits) {
  return made(0, most_of(bits), mask, value & mask);
}

Values both(const Values& a, const Values& b) {
  if (a.empty() || b.empty() || ((a.value ^ b.value) & a.mask & b.mask) != 0) return {};
  if (b.mask == 0 && b.low <= a.low && a.high <= b.high) return a;  // of nearly all pairs
  return made(std::max(a.low, b.low), std::min(a.high, b.high), a.mask | b.mask, a.value | b.value);
}

std::vector<Values> outside(const Values& a, const Values& b) {
  std::vector<Values> out;
  const auto add = [&out](const Values& part) {
    if (!part.empty()) out.push_back(part);
  };
  if (b.empty()) {
    add(a);
    return out;
  }
  const Values cut = block_of(b);
  if (cut.low > a.low) add(both(a, Values::range(a.low, cut.low - 1)));
  if (cut.high < a.high) add(both(a, Values::range(cut.high + 1, a.high)));
  Values rest = both(a, cut);
  for (std::uint64_t open = b.mask; open != 0 && !rest.empty(); open &= open - 1) {
    const std::uint64_t bit = open & (~open + 1);
    add(with_bit(rest, bit, ~b.value));
    rest = with_bit(rest, bit, b.value);
  }
  return out;
}

bool within(const Values& inner, const Values& outer) {
  if (inner.empty()) return true;
  if (!outer.has(inner.low) || !outer.has(inner.high)) return false;
  // Bits that all of inner have alike; of a plain range, those that move take both values.
  const std::uint64_t moving = moving_bits(inner.low, inner.high) & ~inner.mask;
  if ((outer.mask & moving) == 0) return true;
  return inner.mask != 0 && outside(inner, outer).empty();
}

std::vector<Block> blocks(const Values& values, unsigned bits) {
  std::vector<Block> out;
  if (values.empty()) return out;
  const std::uint64_t most = most_of(bits);
  const std::uint64_t fixed = (~moving_bits(values.low, values.high) | values.mask) & most;
  if ((values.low & ~fixed) == 0 && (values.high | fixed) == most) return {{fixed, values.low}};
  for (std::uint64_t at = values.low;;) {
    // The largest block that begins here and ends inside.
    std::uint64_t size = at == 0 ? most : (at & (~at + 1)) - 1;  // less one
    while (size > values.high - at) size >>= 1;
    const Block block{most & ~size, at};
    if (((block.value ^ values.value) & block.mask & values.mask) == 0) {
      out.push_back({block.mask | values.mask, block.value | values.value});
    }
    if (values.high - at == size) return out;
    at += size + 1;
  }
}

}  // namespace hardened::seccomp
