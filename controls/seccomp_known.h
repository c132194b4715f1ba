// A meet of seccomp profiles that was worked out before, as text.
//
// Engines ask for the same profile again and again, and the meet of two is most of what a create costs. So what
// became of a request is remembered (runtime/meets.h), and narrow takes that instead, for the very same
// question: Seccomp::Facts::question is the digest of all that the answer hangs on, but for what earlier controls have
// granted, which stands in the answer. It is the same answer, not a similar one; nothing else may see a difference.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "controls/control.h"
#include "core/lattice/shapes.h"
#include "profiles/seccomp/profile.h"

namespace hardened::controls {

struct KnownMeet {
  Flags bounding;              // granted by capabilities
  Required no_new_privileges;  // granted by no_new_privileges
  // Narrowed, or unchanged: then the grant is the request, and not kept. A refusal is worked out anew.
  Outcome<seccomp::Profile> outcome;
};

// Is it the answer for these grants?
[[nodiscard]] bool answers(const std::optional<KnownMeet>& known, Flags bounding, Required no_new_privileges);

// {"bounding":2818844155,"changes":[{"after":…}],"granted":{"defaultAction":…},"no_new_privileges":false,"notes":[]}
[[nodiscard]] std::string print_known(const KnownMeet& known, seccomp::Architecture own);
// Nothing where the text is not one of those.
[[nodiscard]] std::optional<KnownMeet> read_known(std::string text, seccomp::Architecture own);

}  // namespace hardened::controls
