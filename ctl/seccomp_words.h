// What rules of seccomp say, in words for people.
//
//   words({Action::error, 38})                        "ENOSYS"
//   words({0, 37} and {39} of socket's argument 0)     "argument 0 is at most 37 or 39"
#pragma once

#include <string>
#include <vector>

#include "profiles/seccomp/box.h"
#include "profiles/seccomp/views.h"

namespace hardened::ctl {

[[nodiscard]] std::string words(const seccomp::Answer& answer);

// For which arguments a call is in one of the boxes, which are of that space; "" where for all.
[[nodiscard]] std::string words(std::vector<seccomp::Box> boxes, const seccomp::Space& space);

// The same vectors in as few boxes as are easily found.
[[nodiscard]] std::vector<seccomp::Box> merged(std::vector<seccomp::Box> boxes);

}  // namespace hardened::ctl
