// What a profile says of a call by its name, for the tests of profiles in files. Of what runc and libseccomp do to the
// rules it knows what the profiles of engines need; unlike them it knows every name, also those that are newer than the
// libseccomp of the machine that tests.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

struct Asked {
  Architecture architecture = Architecture::x86_64;
  std::string call;
  std::array<std::uint64_t, 6> arguments{};
};

inline bool has_half_words(Architecture a) {
  using A = Architecture;
  return a == A::x86 || a == A::x32 || a == A::arm || a == A::s390 || a == A::mips || a == A::mipsel ||
         a == A::ppc || a == A::mips64n32 || a == A::mipsel64n32;
}

inline bool holds(const Condition& c, const Asked& asked) {
  const std::uint64_t seen = has_half_words(asked.architecture) ? 0xffffffffU : ~std::uint64_t{0};
  const std::uint64_t is = asked.arguments.at(c.index) & seen;
  const std::uint64_t said = c.value & seen;
  switch (c.op) {
    case Compare::not_equal: return is != said;
    case Compare::less: return is < said;
    case Compare::less_or_equal: return is <= said;
    case Compare::equal: return is == said;
    case Compare::greater_or_equal: return is >= said;
    case Compare::greater: return is > said;
    case Compare::masked_equal: return (is & said) == (c.value_two & said);
  }
  return false;
}

// Two conditions on one argument are an "or" to runc: no profile here has them, so that none is read so by mistake.
inline bool matches(const Rule& rule, const Asked& asked) {
  for (std::size_t i = 0; i < rule.conditions.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (rule.conditions[i].index == rule.conditions[j].index)
        throw std::runtime_error("two conditions on one argument");
    }
  }
  return std::all_of(rule.conditions.begin(), rule.conditions.end(),
                     [&](const Condition& c) { return holds(c, asked); });
}

// Nothing where rules of different answers match: what is done then is libseccomp's secret.
inline std::optional<Answer> said(const Profile& profile, Architecture own, const Asked& asked) {
  const auto& foreign = profile.foreign;
  if (!profile.confined) return Answer{Action::allow, 0};
  if (asked.architecture != own &&
      std::find(foreign.begin(), foreign.end(), asked.architecture) == foreign.end()) {
    return Answer{Action::kill_thread, 0};
  }
  std::optional<Answer> found;
  bool contested = false;
  for (const Rule& rule : profile.rules) {
    if (rule.answer == profile.fallback) continue;  // runc leaves it out
    if (std::find(rule.names.begin(), rule.names.end(), asked.call) == rule.names.end()) continue;
    if (rule.conditions.empty()) return rule.answer;
    if (!matches(rule, asked)) continue;
    contested = contested || (found && !(*found == rule.answer));
    found = rule.answer;
  }
  if (contested) return std::nullopt;
  return found.value_or(profile.fallback);
}

}  // namespace hardened::seccomp
