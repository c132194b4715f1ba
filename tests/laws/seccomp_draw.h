// Drawn seccomp profiles: few calls and few values, so that rules of both sides meet.
#pragma once

#include <string>
#include <vector>

#include "profiles/seccomp/profile.h"
#include "tests/support/seccomp_model.h"

namespace hardened::laws {

inline constexpr seccomp::Architecture kOwn = seccomp::Architecture::x86_64;

[[nodiscard]] seccomp::Profile draw_profile();
// The other profile with one thing changed: mostly comparable with it.
[[nodiscard]] seccomp::Profile draw_near(const seccomp::Profile& profile);
// A call that drawn profiles speak of, or one that none does.
[[nodiscard]] test::Call draw_call();
[[nodiscard]] std::string text_of(const seccomp::Profile& profile);

}  // namespace hardened::laws
