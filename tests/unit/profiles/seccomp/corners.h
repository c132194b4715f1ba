// Argument values at which the conditions of a profile may change their answer, and how wide the kernel reads
// them. The widths are written down here by hand, from the kernel's SYSCALL_DEFINEs, for the few calls that the
// profiles of Docker look into.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

enum class Reads { as_int, as_unsigned_int, as_long };
struct Argument {
  std::string_view call;
  unsigned index;
  Reads reads;
};
inline constexpr std::array<Argument, 6> kRead{{
    {"socket", 0, Reads::as_int},                // int family
    {"socket", 1, Reads::as_int},                // int type
    {"socket", 2, Reads::as_int},                // int protocol
    {"personality", 0, Reads::as_unsigned_int},  // unsigned int personality
    {"clone", 0, Reads::as_long},                // unsigned long clone_flags
    {"clone", 1, Reads::as_long},                // unsigned long newsp; the flags on s390
}};

inline Reads reads(std::string_view call, unsigned index) {
  for (const Argument& one : kRead) {
    if (one.call == call && one.index == index) return one.reads;
  }
  throw std::runtime_error("say in corners.h how wide the kernel reads argument " + std::to_string(index) +
                           " of " + std::string(call));
}

inline std::uint64_t canonical(Reads reads, std::uint64_t value) {
  const auto low = static_cast<std::uint32_t>(value);
  if (reads == Reads::as_long) return value;
  if (reads == Reads::as_unsigned_int || (low >> 31U) == 0) return low;
  return low | 0xffffffff00000000U;
}

inline void add_corners(const Condition& c, std::set<std::uint64_t>& out) {
  if (c.op != Compare::masked_equal) {
    out.insert({c.value - 1, c.value, c.value + 1});
    return;
  }
  const std::uint64_t first = c.value_two & c.value;
  const std::uint64_t last = first | ~c.value;
  out.insert({first - 1, first, first + 1, last - 1, last, last + 1});
  for (unsigned bit = 0; bit < 64; ++bit) {
    out.insert(first ^ (std::uint64_t{1} << bit));
    out.insert(last ^ (std::uint64_t{1} << bit));
  }
}

// Of all conditions on this argument; none where there are no conditions.
inline std::set<std::uint64_t> corners(const std::vector<Rule>& rules, unsigned index) {
  std::set<std::uint64_t> out;
  for (const Rule& rule : rules) {
    for (const Condition& condition : rule.conditions) {
      if (condition.index == index) add_corners(condition, out);
    }
  }
  if (!out.empty()) out.insert({0, 0x7fffffffU, 0x80000000U, 0xffffffffU, 0x100000000U, ~std::uint64_t{0}});
  return out;
}

inline std::set<std::uint64_t> canonical_corners(const std::vector<Rule>& rules, std::string_view call,
                                                 unsigned index) {
  std::set<std::uint64_t> out;
  for (const std::uint64_t value : corners(rules, index)) out.insert(canonical(reads(call, index), value));
  return out;
}

}  // namespace hardened::seccomp
