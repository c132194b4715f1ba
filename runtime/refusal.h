// What a person reads when the policy refuses: what was asked, what the ceiling is, which line of
// which file says so, and what to do.
//
//   refused: pids: asked unlimited at /linux/resources/pids/limit; the ceiling is 4096, give
//   --pids-limit (/etc/hardened/policy.yaml:21)
//
// A rule that the file leaves to its base has no line in it: (docker-default, which /etc/hardened/policy.yaml extends)
#pragma once

#include <string>

#include "runtime/plan.h"

namespace hardened::runtime {

// Only of a refused plan. At most a few lines, whatever the request holds.
[[nodiscard]] std::string refusal_text(const Plan& plan);

}  // namespace hardened::runtime
