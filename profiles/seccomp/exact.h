// A ceiling whose filter does what it says.
//
//   exact_in_width(resolve(file, bounding, machine))
#pragma once

#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

// The same profile, such that its filter does what it says: each condition looks at what the kernel reads of its
// argument, nothing else, and libseccomp gets none wrong (is_treacherous) and loses no deny (loses_rules). What a
// ceiling whose author forgot the width was meant to be. The profile itself where all this is so.
[[nodiscard]] Profile exact_in_width(const Profile& profile);

}  // namespace hardened::seccomp
