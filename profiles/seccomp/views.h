// How a condition on an argument is read, by the filter and by the kernel.
//
// A filter compares all 64 bits that a register holds (on a 32-bit architecture, and for x32, libseccomp compares
// the low 32 bits, and cuts value and mask to them: db.c, _db_rule_gen_32). The kernel reads as much as
// the argument's C type has (widths.h): 32 bits of an int. So the same call can be made with many vectors of
// registers, of which one is *canonical*: each argument extended from its width, with its sign if it has one.
//
//   socket(int, …), SCMP_CMP_NE 40        canonical: all ints but 40
//                                         reachable: all ints, since 2^32 + 40 is not 40 to the filter
//                                         certain: none; each int has a vector … of which none is 40, but for 40
//
// What a profile *means* is what it does to canonical vectors. What it *lets through* is what it does to any.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "profiles/seccomp/box.h"
#include "profiles/seccomp/profile.h"
#include "profiles/seccomp/widths.h"

namespace hardened::seccomp {

// What the filter of an architecture sees of an argument: 64 bits, or 32.
enum class View : std::uint8_t { wide, narrow };
[[nodiscard]] View view_of(Architecture architecture);
[[nodiscard]] constexpr unsigned bits_of(View view) { return view == View::wide ? 64 : 32; }

// The arguments of one call as the kernel reads them, never wider than what the filter sees.
struct Space {
  View view = View::wide;
  std::array<Width, kArguments> widths{};

  [[nodiscard]] Box all() const;
};
// A call that the table does not know is taken to read whatever the filter sees: then stacked filters, too,
// allow just what each of them allows bit by bit.
[[nodiscard]] Space space_of(std::string_view call, View view);

// Conditions that must all hold, no two of one argument. Which arguments have a vector, the canonical one, for which
// they do; which have any; which have no other. In this order: what a rule means, at most does, at
// least does. The boxes of one answer may overlap.
using Conjunction = std::vector<Condition>;
[[nodiscard]] std::vector<Box> canonical(const Conjunction& conditions, const Space& space);
[[nodiscard]] std::vector<Box> reachable(const Conjunction& conditions, const Space& space);
[[nodiscard]] std::vector<Box> certain(const Conjunction& conditions, const Space& space);

// Does libseccomp make a rule without conditions of it? (An empty mask, db.c: no code comes of it.)
[[nodiscard]] bool is_unconditional(const Conjunction& conditions, View view);
// Does it say of every argument just what the kernel reads? So is every rule that the meet writes.
[[nodiscard]] bool is_exact(const Condition& condition, const Width& width);

// An order, or "not equal".
[[nodiscard]] bool is_order(const Condition& condition);
// Beside another condition one that looks at the high half of an argument alone: on 32 bits there is nothing left of it, and
// libseccomp 2.5.4 shares steps between the architectures that then compare with what was loaded last (seen for
// x86_64 beside x86 and x32: {0 & 2^31 == 2^31, 2 & 2^63 == 2^63} lets through what has the first alone).
[[nodiscard]] bool is_half_lost(const Conjunction& conditions);
// May libseccomp 2.5.4 answer other than these rules of one call say? So it may where a rule is half lost, and where an
// order or "not equal" stands beside another condition (seen: a rule >= 40 that lets 39 through).
[[nodiscard]] bool is_treacherous(const std::vector<const Rule*>& rules);

// The conjunctions of a rule, each of which is enough for it: one, or, where two conditions look at one
// argument, one for each condition (runc, matchCall).
[[nodiscard]] std::vector<Conjunction> alternatives(const Rule& rule);

}  // namespace hardened::seccomp
