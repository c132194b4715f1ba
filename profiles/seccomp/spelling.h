// A decision as rules of the OCI specification that mean just that once runc and libseccomp have read them.
//
//   spell("socket", decision, space, most)      {socket, MASKED_EQ 0xffffffe0: 0, allow}, …
//
// What can go wrong on the way, and how it is kept from it:
//   * two conditions on one argument would become an "or": a rule never has them;
//   * rules of different answers for one vector would depend on libseccomp's version: they never overlap;
//   * a rule that equals the fallback would be dropped: none is meant to do anything;
//   * the kernel reads less than the filter: an int is compared in its own bits;
//   * libseccomp 2.5.4 answers wrongly, or never returns, where an order or "not equal" stands beside another
//     condition of the call: such a condition is written only where it is the call's only one. All else is
//     blocks, and two-sided ranges are in any case.
#pragma once

#include <string_view>
#include <vector>

#include "profiles/seccomp/decision.h"
#include "profiles/seccomp/views.h"

namespace hardened::seccomp {

struct Spelt {
  std::vector<Rule> rules;
  // More rules than allowed: the smallest are left out where that denies, else the call gets its strictest
  // answer. Below the decision either way.
  bool coarse = false;
};

// Rules for a profile whose fallback is decision.elsewhere, unless the decision is always the same.
// `alone`: no architecture adds a condition to them (multiplexed.h), so that an order may stand.
[[nodiscard]] Spelt spell(std::string_view call, const Decision& decision, const Space& space, bool alone,
                          std::size_t most, Effort& effort);

// Would libseccomp refuse the rules for a 32-bit architecture, since two of different answers have one condition there?
[[nodiscard]] bool clash_in_32_bits(const std::vector<Rule>& rules);

}  // namespace hardened::seccomp
