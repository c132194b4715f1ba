// What conditions on the arguments of a call have to do with each other.
//
//   implies({0, less, 38}, {0, not_equal, 40})        true: what is below 38 is not 40
//   both({0, not_equal, 40}, {0, less, 38})           {0, less, 38}
//   negation({0, equal, 40})                          {0, not_equal, 40}
//
// A filter compares 64 bits on a 64-bit architecture; on a 32-bit one libseccomp cuts value and mask to
// their low 32 bits (db.c, _db_rule_gen_32). One rule is compiled for all architectures of its
// profile, so everything here holds in both widths.
#pragma once

#include <optional>
#include <vector>

#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

// Does every value that `inner` matches also match `outer`? Of the same argument. Exact.
[[nodiscard]] bool implies(const Condition& inner, const Condition& outer);
// Nothing that matches one matches the other? False where we cannot tell.
[[nodiscard]] bool disjoint(const Condition& a, const Condition& b);
// One condition that holds only where both do; nothing where none can say it, or none is needed because
// both never hold together. It holds wherever both do in 64 bits.
[[nodiscard]] std::optional<Condition> both(const Condition& a, const Condition& b);
// The condition that holds exactly where this one does not; nothing for a mask.
[[nodiscard]] std::optional<Condition> negation(const Condition& condition);

// Conditions that must all hold, at most one for each argument, in the order of the arguments. An empty
// box holds always.
using Box = std::vector<Condition>;

[[nodiscard]] bool within(const Box& inner, const Box& outer);
[[nodiscard]] bool disjoint(const Box& a, const Box& b);
[[nodiscard]] std::optional<Box> both(const Box& a, const Box& b);

// The boxes of a rule, each of which is enough for it: one, or, where two conditions look at one argument,
// one for each condition (runc, matchCall).
[[nodiscard]] std::vector<Box> boxes_of(const std::vector<Condition>& conditions);

}  // namespace hardened::seccomp
