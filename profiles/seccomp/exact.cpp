#include "profiles/seccomp/exact.h"

#include <algorithm>
#include <string>

#include "profiles/seccomp/calls.h"
#include "profiles/seccomp/entangled.h"
#include "profiles/seccomp/meet.h"
#include "profiles/seccomp/reading.h"
#include "profiles/seccomp/views.h"

namespace hardened::seccomp {
namespace {

bool is_exact(const Profile& profile) {
  return std::all_of(profile.rules.begin(), profile.rules.end(), [](const Rule& rule) {
    return std::all_of(rule.names.begin(), rule.names.end(), [&](const std::string& call) {
      return std::all_of(rule.conditions.begin(), rule.conditions.end(), [&](const Condition& c) {
        return seccomp::is_exact(c, width_of(call, c.index).value_or(Width{}));
      });
    });
  });
}

}  // namespace

Profile exact_in_width(const Profile& profile) {
  if (!profile.confined) return profile;
  // Most ceilings only mask and compare for equality: then there is nothing that libseccomp gets wrong.
  const bool doubtful = std::any_of(profile.rules.begin(), profile.rules.end(), [](const Rule& rule) {
    return is_half_lost(rule.conditions) ||
           std::any_of(rule.conditions.begin(), rule.conditions.end(), is_order);
  });
  Effort effort;
  const bool treacherous =
      (doubtful && has_treacherous_calls(profile)) || !entangled(profile, effort).empty();
  if (!loses_denials(profile) && is_exact(profile) && !treacherous) return profile;
  Profile open = profile;
  open.fallback = {Action::allow, 0};
  open.rules.clear();
  return lowered(profile, open, profile.own).profile;
}

}  // namespace hardened::seccomp
