// How many rules of one call libseccomp makes a tree of in time.
//
// It goes through that tree level by level, one for each half of an argument that the rules look at, and takes from
// milliseconds to minutes for a hundred rules as the levels get more.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

class Levels {
 public:
  void look(const Condition& c) {
    const bool masked = c.op == Compare::masked_equal;
    const std::uint64_t mask = masked ? c.value : ~std::uint64_t{0};
    const std::uint64_t value = masked ? c.value_two & mask : c.value;
    look(levels_.at(2 * c.index), mask & kHalf, value & kHalf);
    look(levels_.at(2 * c.index + 1), mask >> 32U, value >> 32U);
  }

  // At which these rules part.
  [[nodiscard]] std::size_t forks() const {
    return static_cast<std::size_t>(
        std::count_if(levels_.begin(), levels_.end(), [](const Level& one) { return one.forks; }));
  }
  // Of rules of which any may be the only one that looks there.
  [[nodiscard]] std::size_t most() const {
    return most_of([](const Level& one) { return one.first.has_value(); });
  }
  // Of just those rules that were looked at: where all want the same of a half, they share one step.
  [[nodiscard]] std::size_t most_of_these() const {
    return most_of([](const Level& one) { return one.forks; });
  }

 private:
  static constexpr std::uint64_t kHalf = 0xffffffff;
  struct Level {
    std::optional<std::pair<std::uint64_t, std::uint64_t>> first;  // mask and value
    bool forks = false;
  };

  static void look(Level& level, std::uint64_t mask, std::uint64_t value) {
    if (mask == 0) return;
    const std::pair step(mask, value);
    level.forks = level.forks || (level.first && *level.first != step);
    if (!level.first) level.first = step;
  }

  template <class Counts>
  [[nodiscard]] std::size_t most_of(Counts counts) const {
    constexpr std::array<std::size_t, 4> kMost{1024, 1024, 96, 32};  // by levels
    const auto levels = static_cast<std::size_t>(std::count_if(levels_.begin(), levels_.end(), counts));
    return levels < kMost.size() ? kMost.at(levels) : std::size_t{16};
  }

  std::array<Level, 2 * kArguments> levels_{};
};

}  // namespace hardened::seccomp
