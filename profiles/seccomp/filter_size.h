// Does the filter that libseccomp will make of a profile fit into what the kernel takes?
//
//   kLimits.front()           as many rules of a call as anybody needs
//   limit_of(profile)            the first of the limits with which it fits; 0 where none does
#pragma once

#include <array>
#include <cstddef>

#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

// Of one call's rules, until the filter fits.
inline constexpr std::array<std::size_t, 6> kLimits{1024, 256, 64, 16, 4, 1};

// An estimate from above of libseccomp's code. Nobody needs to know unless there are many conditions.
[[nodiscard]] std::size_t limit_of(const Profile& profile);

}  // namespace hardened::seccomp
