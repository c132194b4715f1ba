#include "profiles/seccomp/filter_size.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace hardened::seccomp {
namespace {

// What the kernel takes as one filter (BPF_MAXINSNS, linux/bpf_common.h).
constexpr std::size_t kMostInstructions = 4096;

// A comparison with one number is a jump behind a load that others share; a mask needs its own.
std::size_t steps_of(const Rule& rule) {
  std::size_t out = 1;
  for (const Condition& c : rule.conditions) {
    const bool one =
        c.op == Compare::equal || (c.op == Compare::masked_equal && (c.value & 0xffffffffU) == 0xffffffffU);
    out += one ? 2 : 4;
  }
  return out;
}

}  // namespace

std::size_t limit_of(const Profile& profile) {
  std::unordered_map<std::string_view, std::pair<std::size_t, std::size_t>> calls;  // rules, steps of one
  std::size_t plain = 0;
  for (const Rule& rule : profile.rules) {
    if (rule.conditions.empty()) plain += rule.names.size();
    for (const std::string& call : rule.names) {
      if (rule.conditions.empty()) continue;
      auto& [rules, steps] = calls[call];
      ++rules;
      steps = std::max(steps, steps_of(rule));
    }
  }
  for (const std::size_t limit : kLimits) {
    std::size_t steps = plain;
    for (const auto& [call, size] : calls) steps += std::min(size.first, limit) * size.second;
    if (steps * (profile.foreign.size() + 1) < kMostInstructions) return limit;
  }
  return 0;
}

}  // namespace hardened::seccomp
