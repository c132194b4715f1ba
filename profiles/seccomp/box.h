// Sets of argument vectors: a box says of each argument what it may be, and all must hold.
//
//   const Box inet = boxed(space, 0, Values::one(2));          socket(AF_INET, …)
//   outside(space, inet)                                        all other families, as disjoint boxes
//
// A space is the box of all vectors of a call, as wide in each argument as the kernel reads it.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "profiles/seccomp/effort.h"
#include "profiles/seccomp/profile.h"
#include "profiles/seccomp/values.h"

namespace hardened::seccomp {

using Box = std::array<Values, kArguments>;

// The vectors that are in both boxes; nothing where there are none.
[[nodiscard]] std::optional<Box> both(const Box& a, const Box& b);
[[nodiscard]] bool within(const Box& inner, const Box& outer);
// Those of a that are not in b, as disjoint boxes.
[[nodiscard]] std::vector<Box> outside(const Box& a, const Box& b);
// Those of `box` in none of the others; nothing where that would take more than kMostParts boxes, or more work.
inline constexpr std::size_t kMostParts = 4096;
[[nodiscard]] std::optional<std::vector<Box>> outside(const Box& box, const std::vector<Box>& others,
                                                      Effort& effort);

}  // namespace hardened::seccomp
