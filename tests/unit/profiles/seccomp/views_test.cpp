#include "profiles/seccomp/views.h"

#include <gtest/gtest.h>

#include "tests/support/seccomp_model.h"

namespace hardened::seccomp {
namespace {

constexpr std::uint64_t kMost = ~std::uint64_t{0};
constexpr std::uint64_t k32 = 0x100000000U;

std::vector<Condition> pool() {
  std::vector<Condition> out;
  for (const std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{7}, std::uint64_t{8}, k32 / 2 - 1, k32 / 2, k32 - 1,
        k32, k32 + 8, kMost - k32 / 2, kMost - 1, kMost}) {
    for (unsigned op = 0; op < 6; ++op) out.push_back({0, static_cast<Compare>(op), value, 0});
    for (const std::uint64_t two : {std::uint64_t{0}, std::uint64_t{6}, std::uint64_t{8}, k32 / 2, kMost}) {
      out.push_back({0, Compare::masked_equal, value, two});
      out.push_back({0, Compare::masked_equal, ~value, two});
    }
  }
  return out;
}

// What the kernel reads.
std::vector<std::uint64_t> arguments(unsigned bits) {
  std::vector<std::uint64_t> out;
  for (std::uint64_t value = 0; value < 12; ++value) {
    for (const std::uint64_t base : {std::uint64_t{0}, k32 / 2 - 6, k32 - 6, k32 - 12, k32 + 2, kMost - 11}) {
      out.push_back((base + value) & most_of(bits));
    }
  }
  return out;
}

// Registers that the kernel reads as this argument.
std::vector<std::uint64_t> registers(std::uint64_t argument, unsigned bits) {
  if (bits == 64) return {argument};
  std::vector<std::uint64_t> out;
  for (const std::uint64_t high : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2}, kMost >> 1, kMost}) {
    out.push_back(argument | high << bits);
    out.push_back(argument | (high << 32 & ~most_of(bits)));
  }
  return out;
}

bool has(const std::vector<Box>& boxes, std::uint64_t argument) {
  return std::any_of(boxes.begin(), boxes.end(), [&](const Box& box) { return box[0].has(argument); });
}

bool holds(const Condition& c, std::uint64_t held, View view) {
  return test::holds(c, {view == View::wide ? Architecture::x86_64 : Architecture::x86, "", {held}});
}

std::uint64_t extended(std::uint64_t argument, Width width) {
  const bool negative = width.is_signed && (argument >> (width.bits - 1U) & 1U) != 0;
  return negative ? argument | ~most_of(width.bits) : argument;
}

TEST(Views, ReadConditionsAsTheFilterAndTheKernelDo) {
  for (const View view : {View::wide, View::narrow}) {
    for (Width width : {Width{64, false}, Width{32, true}, Width{32, false}, Width{16, false}}) {
      width.bits = std::min(width.bits, static_cast<std::uint8_t>(bits_of(view)));
      Space space{view, {}};
      space.widths.fill(width);
      for (const Condition& c : pool()) {
        for (const std::uint64_t argument : arguments(width.bits)) {
          EXPECT_EQ(has(canonical({c}, space), argument), holds(c, extended(argument, width), view))
              << name(c.op) << " " << c.value << " " << c.value_two << " at " << argument << " of "
              << +width.bits;
          for (const std::uint64_t held : registers(argument, width.bits)) {
            EXPECT_LE(holds(c, held, view), has(reachable({c}, space), argument)) << c.value << " " << held;
            EXPECT_LE(has(certain({c}, space), argument), holds(c, held, view)) << c.value << " " << held;
          }
        }
      }
    }
  }
}

TEST(Views, ConditionsOfOneWidthAreReachableAndCertainAlike) {
  Space space{View::wide, {}};
  space.widths.fill(Width{32, true});
  const Condition exact{0, Compare::masked_equal, 0xffffffff, 40};
  EXPECT_TRUE(is_exact(exact, space.widths[0]));
  EXPECT_EQ(reachable({exact}, space), canonical({exact}, space));
  EXPECT_EQ(certain({exact}, space), canonical({exact}, space));
  const Condition wide{0, Compare::equal, 40, 0};
  EXPECT_FALSE(is_exact(wide, space.widths[0]));
  EXPECT_TRUE(is_exact(wide, Width{}));
  EXPECT_TRUE(certain({wide}, space).empty());
}

TEST(Views, AnAllowOfAllButOneReachesThatOne) {
  const Space space = space_of("socket", View::wide);
  const Condition not_vsock{0, Compare::not_equal, 40, 0};
  EXPECT_FALSE(has(canonical({not_vsock}, space), 40));
  EXPECT_TRUE(has(reachable({not_vsock}, space), 40));
  EXPECT_EQ(canonical({not_vsock}, space).size(), 2U) << "two ranges, the negative numbers in the upper one";
}

TEST(Views, SplitARuleThatLooksTwiceAtOneArgument) {
  const Condition a{0, Compare::greater_or_equal, 3, 0};
  const Condition b{0, Compare::less_or_equal, 12, 0};
  const Condition c{1, Compare::equal, 1, 0};
  EXPECT_EQ(alternatives({{"socket"}, {}, {a, c}}), (std::vector<Conjunction>{{a, c}}));
  EXPECT_EQ(alternatives({{"socket"}, {}, {a, b, c}}), (std::vector<Conjunction>{{a}, {b}, {c}}));
  EXPECT_EQ(alternatives({{"socket"}, {}, {}}), (std::vector<Conjunction>{{}}));
}

TEST(Views, AMaskOfHighBitsAloneIsNoConditionIn32Bits) {
  const Conjunction high{{0, Compare::masked_equal, k32, 0}};
  EXPECT_FALSE(is_unconditional(high, View::wide));
  EXPECT_TRUE(is_unconditional(high, View::narrow));
  EXPECT_TRUE(is_unconditional({}, View::wide));
  EXPECT_FALSE(is_unconditional({{0, Compare::greater_or_equal, 0, 0}}, View::wide))
      << "always true, yet code";
}

TEST(Views, ASpaceIsNeverWiderThanTheFilterSees) {
  EXPECT_EQ(space_of("socket", View::wide).widths[0].bits, 32);
  EXPECT_EQ(space_of("clone", View::wide).widths[0].bits, 64);
  EXPECT_EQ(space_of("clone", View::narrow).widths[0].bits, 32);
  EXPECT_EQ(space_of("no_such_call", View::wide).widths[0].bits, 64);
}

}  // namespace
}  // namespace hardened::seccomp
