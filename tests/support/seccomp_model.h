// What a call gets under a profile: a model of runc and libseccomp for tests, which shares nothing with the
// code that decides but the types and the table of call numbers.
//
// Where several rules of different actions match, libseccomp's answer depends on its tree; the model then
// says from the strictest to the mildest.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/seccomp/calls.h"
#include "profiles/seccomp/profile.h"

namespace hardened::test {

struct Call {
  seccomp::Architecture architecture = seccomp::Architecture::x86_64;
  std::string name;
  std::array<std::uint64_t, 6> arguments{};
};

struct Verdicts {
  seccomp::Answer strictest;
  seccomp::Answer mildest;
  bool newer = false;  // denied by runc's stub, before the filter
};

inline bool is_narrow(seccomp::Architecture a) {
  using A = seccomp::Architecture;
  return a == A::x86 || a == A::x32 || a == A::arm || a == A::s390 || a == A::mips || a == A::mipsel ||
         a == A::ppc || a == A::mips64n32 || a == A::mipsel64n32;
}

inline bool holds(const seccomp::Condition& c, const Call& call) {
  const std::uint64_t width = is_narrow(call.architecture) ? 0xffffffffU : ~std::uint64_t{0};
  const std::uint64_t x = call.arguments.at(c.index) & width;
  const std::uint64_t v = c.value & width;
  switch (c.op) {
    case seccomp::Compare::not_equal: return x != v;
    case seccomp::Compare::less: return x < v;
    case seccomp::Compare::less_or_equal: return x <= v;
    case seccomp::Compare::equal: return x == v;
    case seccomp::Compare::greater_or_equal: return x >= v;
    case seccomp::Compare::greater: return x > v;
    case seccomp::Compare::masked_equal: return (x & v) == (c.value_two & v);
  }
  return false;
}

inline bool has_twice(const seccomp::Rule& rule) {
  std::array<int, 6> seen{};
  for (const seccomp::Condition& c : rule.conditions) ++seen.at(c.index);
  return std::any_of(seen.begin(), seen.end(), [](int n) { return n > 1; });
}

inline bool matches(const seccomp::Rule& rule, const Call& call) {
  const auto holds_here = [&](const seccomp::Condition& c) { return holds(c, call); };
  return has_twice(rule) ? std::any_of(rule.conditions.begin(), rule.conditions.end(), holds_here)
                         : std::all_of(rule.conditions.begin(), rule.conditions.end(), holds_here);
}

// libseccomp makes no code of an empty mask: a rule of nothing else is one without conditions.
inline bool is_unconditional(const seccomp::Rule& rule, seccomp::Architecture architecture) {
  const std::uint64_t width = is_narrow(architecture) ? 0xffffffffU : ~std::uint64_t{0};
  const auto is_empty = [&](const seccomp::Condition& c) {
    return c.op == seccomp::Compare::masked_equal && (c.value & width) == 0;
  };
  if (has_twice(rule)) return std::any_of(rule.conditions.begin(), rule.conditions.end(), is_empty);
  return std::all_of(rule.conditions.begin(), rule.conditions.end(), is_empty);
}

// The answer of runc's stub, if it is one of its calls.
inline bool is_newer_than_all(const seccomp::Profile& profile, seccomp::Architecture own, const Call& call) {
  const bool listed = call.architecture == own ? profile.own_listed
                                               : std::find(profile.foreign.begin(), profile.foreign.end(),
                                                           call.architecture) != profile.foreign.end();
  if (!listed || profile.fallback.action >= seccomp::Action::trace) return false;
  int newest = 0;
  for (const seccomp::Rule& rule : profile.rules) {
    for (const std::string& name : rule.names) {
      newest = std::max(newest, seccomp::call_number(name, call.architecture).value_or(0));
    }
  }
  return newest > 0 && seccomp::call_number(call.name, call.architecture).value_or(0) > newest;
}

inline Verdicts evaluate(const seccomp::Profile& profile, seccomp::Architecture own, const Call& call) {
  using seccomp::Action;
  const auto only = [](seccomp::Answer a) { return Verdicts{a, a, false}; };
  if (!profile.confined) return only({Action::allow, 0});
  if (call.architecture != own &&
      std::find(profile.foreign.begin(), profile.foreign.end(), call.architecture) == profile.foreign.end()) {
    return only({Action::kill_thread, 0});
  }
  if (is_newer_than_all(profile, own, call))
    return {{Action::error, seccomp::kEnosys}, {Action::error, seccomp::kEnosys}, true};
  std::optional<Verdicts> found;
  for (const seccomp::Rule& rule : profile.rules) {
    if (rule.answer == profile.fallback) continue;
    if (std::find(rule.names.begin(), rule.names.end(), call.name) == rule.names.end()) continue;
    if (is_unconditional(rule, call.architecture)) return only(rule.answer);
    if (!matches(rule, call)) continue;
    if (!found) found = only(rule.answer);
    if (rule.answer.action < found->strictest.action) found->strictest = rule.answer;
    if (rule.answer.action > found->mildest.action) found->mildest = rule.answer;
  }
  return found.value_or(only(profile.fallback));
}

}  // namespace hardened::test
