// What a profile does with one call: an answer for each vector of arguments.
//
//   Decision{{Action::error, 1}, {{inet, {Action::allow, 0}}}}     allow AF_INET, EPERM elsewhere
//
//   meet(a, b)             for each vector the stricter answer of the two: exact
//   at_most(reach, d)      does nothing that is reachable get a milder action than d gives?
//
// Where the effort is used up, a meet is its strictest answer (coarse), and nothing is at most anything.
//
// Shapes: boxes are of the call's space (views.h). Boxes of different answers are disjoint.
#pragma once

#include <optional>
#include <vector>

#include "profiles/seccomp/box.h"
#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

// What the answer for one call may hold; more is coarse.
inline constexpr std::size_t kMostPieces = 8192;

struct Piece {
  Box box;
  Answer answer;
  friend bool operator==(const Piece&, const Piece&) = default;
};

struct Decision {
  Answer elsewhere;
  std::vector<Piece> pieces;
  // Two rules of different actions match one vector: what libseccomp then does depends on its version. The
  // decision has the stricter.
  bool contested = false;
  // There were more boxes than we are willing to look at: the decision is stricter than the profile.
  bool coarse = false;

  [[nodiscard]] static Decision always(const Answer& answer) { return {answer, {}, false, false}; }
  [[nodiscard]] static Decision coarsely(const Answer& answer) { return {answer, {}, false, true}; }
  [[nodiscard]] bool is_always() const { return pieces.empty(); }
};

// The strictest answer of all that it gives.
[[nodiscard]] const Answer& strictest(const Decision& decision);
// Is any vector given this action or a milder one?
[[nodiscard]] bool gives(const Decision& decision, Action action);

// What rules may do at most, to any registers with which the call can be made: the `cases` at most their
// answers, and elsewhere what they say of vectors that are not `certain` to match one of them.
struct Reach {
  Answer elsewhere;
  std::vector<Piece> cases;  // may overlap
  std::vector<Box> certain;

  // Of a decision on canonical vectors whose every rule is exact in width.
  [[nodiscard]] static Reach of(const Decision& decision);
};
[[nodiscard]] bool at_most(const Reach& reach, const Decision& decision, const Box& space, Effort& effort);

// The stricter of two answers. Where the actions are the same, the first's; but where it `yields`, and the
// second says ENOSYS (by a rule, not by a fallback), that, since it makes a libc fall back to an older call.
[[nodiscard]] const Answer& stricter(const Answer& first, const Answer& second, bool yields = false);

[[nodiscard]] Decision meet(const Decision& a, const Decision& b, bool yields, Effort& effort);

// The same vectors with the same answers, said with `fallback` elsewhere, as a profile with that fallback has to.
[[nodiscard]] Decision over(const Decision& decision, const Answer& fallback, const Box& space,
                            Effort& effort);

}  // namespace hardened::seccomp
