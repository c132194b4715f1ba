#include "profiles/seccomp/box.h"

#include <utility>

namespace hardened::seccomp {

std::optional<Box> both(const Box& a, const Box& b) {
  std::optional<Box> out(std::in_place);
  for (std::size_t i = 0; i < kArguments; ++i) {
    (*out)[i] = both(a[i], b[i]);
    if ((*out)[i].empty()) return std::nullopt;
  }
  return out;
}

bool within(const Box& inner, const Box& outer) {
  for (std::size_t i = 0; i < kArguments; ++i) {
    if (!within(inner[i], outer[i])) return false;
  }
  return true;
}

std::vector<Box> outside(const Box& a, const Box& b) {
  std::vector<Box> out;
  if (!both(a, b)) return {a};
  Box rest = a;
  for (std::size_t i = 0; i < kArguments; ++i) {
    for (const Values& part : outside(rest[i], b[i])) {
      out.push_back(rest);
      out.back()[i] = part;
    }
    rest[i] = both(rest[i], b[i]);
  }
  return out;
}

std::optional<std::vector<Box>> outside(const Box& box, const std::vector<Box>& others, Effort& effort) {
  std::vector<Box> left{box};
  for (const Box& other : others) {
    std::vector<Box> next;
    for (const Box& part : left) {
      const std::vector<Box> parts = outside(part, other);
      next.insert(next.end(), parts.begin(), parts.end());
      if (next.size() > kMostParts || !effort.spend(1 + parts.size())) return std::nullopt;
    }
    left = std::move(next);
    if (left.empty()) break;
  }
  return left;
}

}  // namespace hardened::seccomp
