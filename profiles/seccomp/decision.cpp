#include "profiles/seccomp/decision.h"

#include <algorithm>
#include <utility>

namespace hardened::seccomp {
namespace {

std::vector<Box> boxes_of(const std::vector<Piece>& pieces) {
  std::vector<Box> out;
  out.reserve(pieces.size());
  for (const Piece& piece : pieces) out.push_back(piece.box);
  return out;
}

// Nothing of `box` is outside of the others, which is not known where it would take too many boxes.
bool covered(const Box& box, const std::vector<Box>& others, Effort& effort) {
  constexpr std::size_t kBoxesLookedAt = 4;  // most differ in the first argument: less work than to cut them
  const auto holds = [&](const Box& other) { return within(box, other); };
  const auto at = std::find_if(others.begin(), others.end(), holds);
  if (!effort.spend(1 + static_cast<std::size_t>(at - others.begin()) / kBoxesLookedAt)) return false;
  if (at != others.end()) return true;
  const std::optional<std::vector<Box>> left = outside(box, others, effort);
  return left && left->empty();
}

class Meet {
 public:
  Meet(const Decision& a, const Decision& b, bool yields, Effort& effort)
      : a_(a), b_(b), yields_(yields), effort_(effort) {
    out_.elsewhere = stricter(a.elsewhere, b.elsewhere, yields && b.is_always());
    out_.contested = a.contested || b.contested;
    out_.coarse = a.coarse || b.coarse;
  }

  [[nodiscard]] Decision decision() && {
    const bool done = inside_both() && inside_one(a_.pieces, b_, true) && inside_one(b_.pieces, a_, false);
    if (done) return std::move(out_);
    Decision coarse = Decision::coarsely(stricter(strictest(a_), strictest(b_), yields_));
    coarse.contested = out_.contested;
    return coarse;
  }

 private:
  [[nodiscard]] bool add(const Box& box, const Answer& answer) {
    const Piece piece{box, answer};
    if (answer == out_.elsewhere) return true;
    if (!out_.pieces.empty() && out_.pieces.back() == piece) return true;
    out_.pieces.push_back(piece);
    return out_.pieces.size() <= kMostPieces;
  }

  [[nodiscard]] bool inside_both() {
    if (!effort_.spend(a_.pieces.size() * b_.pieces.size())) return false;
    for (const Piece& one : a_.pieces) {
      for (const Piece& other : b_.pieces) {
        const std::optional<Box> box = both(one.box, other.box);
        if (box && !add(*box, stricter(one.answer, other.answer, yields_))) return false;
      }
    }
    return true;
  }

  // In the pieces of one side, and in none of the other's.
  [[nodiscard]] bool inside_one(const std::vector<Piece>& pieces, const Decision& other, bool first) {
    const std::vector<Box> others = boxes_of(other.pieces);
    for (const Piece& piece : pieces) {
      const Answer& answer = first ? stricter(piece.answer, other.elsewhere, yields_ && other.is_always())
                                   : stricter(other.elsewhere, piece.answer, yields_);
      if (answer == out_.elsewhere) continue;
      const std::optional<std::vector<Box>> parts = outside(piece.box, others, effort_);
      if (!parts) return false;
      for (const Box& part : *parts) {
        if (!add(part, answer)) return false;
      }
    }
    return true;
  }

  const Decision& a_;
  const Decision& b_;
  bool yields_;
  Effort& effort_;
  Decision out_;
};

bool case_at_most(const Piece& reached, const Decision& decision, const std::vector<Box>& boxes,
                  Effort& effort) {
  const auto stricter_than = [&](const Piece& piece) { return piece.answer.action < reached.answer.action; };
  const auto count = std::count_if(decision.pieces.begin(), decision.pieces.end(), stricter_than);
  if (!effort.spend(1 + static_cast<std::size_t>(count))) return false;
  for (const Piece& piece : decision.pieces) {
    if (stricter_than(piece) && both(reached.box, piece.box)) return false;
  }
  return reached.answer.action <= decision.elsewhere.action || covered(reached.box, boxes, effort);
}

// Wherever the decision is stricter than `reach.elsewhere`, one of the rules must be certain to match.
bool elsewhere_at_most(const Reach& reach, const Decision& decision, const Box& space,
                       const std::vector<Box>& boxes, Effort& effort) {
  for (const Piece& piece : decision.pieces) {
    if (piece.answer.action < reach.elsewhere.action && !covered(piece.box, reach.certain, effort))
      return false;
  }
  if (reach.elsewhere.action <= decision.elsewhere.action) return true;
  std::vector<Box> known = reach.certain;
  known.insert(known.end(), boxes.begin(), boxes.end());
  return covered(space, known, effort);
}

}  // namespace

const Answer& strictest(const Decision& decision) {
  const Answer* out = &decision.elsewhere;
  for (const Piece& piece : decision.pieces) {
    if (piece.answer.action < out->action) out = &piece.answer;
  }
  return *out;
}

bool gives(const Decision& decision, Action action) {
  return decision.elsewhere.action >= action ||
         std::any_of(decision.pieces.begin(), decision.pieces.end(),
                     [&](const Piece& piece) { return piece.answer.action >= action; });
}

Reach Reach::of(const Decision& decision) {
  return {decision.elsewhere, decision.pieces, boxes_of(decision.pieces)};
}

bool at_most(const Reach& reach, const Decision& decision, const Box& space, Effort& effort) {
  if (reach.cases.empty() && reach.elsewhere.action <= strictest(decision).action) return true;
  const std::vector<Box> boxes = boxes_of(decision.pieces);
  return elsewhere_at_most(reach, decision, space, boxes, effort) &&
         std::all_of(reach.cases.begin(), reach.cases.end(),
                     [&](const Piece& reached) { return case_at_most(reached, decision, boxes, effort); });
}

const Answer& stricter(const Answer& first, const Answer& second, bool yields) {
  if (first.action != second.action) return first.action < second.action ? first : second;
  return yields && second == Answer{Action::error, kEnosys} ? second : first;
}

Decision meet(const Decision& a, const Decision& b, bool yields, Effort& effort) {
  if (a.is_always() && b.is_always()) {
    Decision out = Decision::always(stricter(a.elsewhere, b.elsewhere, yields));
    out.contested = a.contested || b.contested;
    out.coarse = a.coarse || b.coarse;
    return out;
  }
  return Meet(a, b, yields, effort).decision();
}

Decision over(const Decision& decision, const Answer& fallback, const Box& space, Effort& effort) {
  if (decision.elsewhere == fallback || decision.is_always()) return decision;
  Decision out{fallback, {}, decision.contested, decision.coarse};
  for (const Piece& piece : decision.pieces) {
    if (piece.answer != fallback) out.pieces.push_back(piece);
  }
  const std::optional<std::vector<Box>> rest = outside(space, boxes_of(decision.pieces), effort);
  if (!rest) return Decision::coarsely(stricter(strictest(decision), fallback));
  for (const Box& box : *rest) out.pieces.push_back({box, decision.elsewhere});
  return out;
}

}  // namespace hardened::seccomp
