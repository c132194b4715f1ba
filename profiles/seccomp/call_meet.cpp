#include "profiles/seccomp/call_meet.h"

#include <algorithm>
#include <utility>

#include "profiles/seccomp/multiplexed.h"
#include "profiles/seccomp/spelling.h"

namespace hardened::seccomp {
namespace {

std::vector<const Rule*> pointers(const std::vector<Rule>& rules) {
  std::vector<const Rule*> out;
  for (const Rule& rule : rules) out.push_back(&rule);
  return out;
}

// The ENOSYS of a rule of the ceiling counts where the request denies the call without naming it.
bool yields(const Sides& sides, std::string_view call) {
  return !sides.asked.mentions(call) && sides.asked.fallback().action == Action::error &&
         !sides.ceiling.rules(call).rules.empty();
}

Decision meet_in(const Sides& sides, std::string_view call, View view, Effort& effort) {
  return meet(sides.asked.decision(call, view, effort), sides.ceiling.decision(call, view, effort),
              yields(sides, call), effort);
}

std::optional<Below> reason(const Decision& decision) {
  if (decision.coarse) return Below::coarse;
  return decision.contested ? std::optional(Below::contested) : std::nullopt;
}

// Rules that stand in a profile, for this call alone.
std::vector<Rule> as_written(const CallRules& found, std::string_view call) {
  std::vector<Rule> out;
  for (const Rule* rule : found.rules) out.push_back({{std::string(call)}, rule->answer, rule->conditions});
  return out;
}

bool are_exact(const CallRules& found, const Space& space) {
  return std::all_of(found.rules.begin(), found.rules.end(), [&](const Rule* rule) {
    return std::all_of(rule->conditions.begin(), rule->conditions.end(),
                       [&](const Condition& c) { return is_exact(c, space.widths.at(c.index)); });
  });
}

bool has_order(const CallRules& found) {
  return std::any_of(found.rules.begin(), found.rules.end(), [](const Rule* rule) {
    return std::any_of(rule->conditions.begin(), rule->conditions.end(), is_order);
  });
}

// The rules of one side, as they stand, where they already are the meet: nobody likes to see his own words
// turned. The other side must be at or above them for every architecture.
bool stand(const Sides& sides, std::string_view call, const Reading& low, const Reading& high,
           Effort& effort) {
  const CallRules& found = low.rules(call);
  if (found.rules.empty() || low.fallback() != sides.fallback || is_treacherous(found.rules)) return false;
  // A plain rule beside others: which of them decides hangs on their order, and on the architecture.
  const auto plain = [](const Rule* rule) { return rule->conditions.empty(); };
  if (found.rules.size() > 1 && std::any_of(found.rules.begin(), found.rules.end(), plain)) return false;
  if (!are_exact(found, space_of(call, sides.views.front()))) return false;
  if (carrier_of(call) != nullptr && !sides.carrying.empty() && has_order(found)) return false;
  return std::all_of(sides.views.begin(), sides.views.end(), [&](View view) {
    const Decision mine = low.decision(call, view, effort);
    return !mine.contested && !mine.coarse &&
           at_most(low.reach(call, view, effort), high.decision(call, view, effort),
                   space_of(call, view).all(), effort);
  });
}

// Then there is no errno of the request's to keep.
bool lets_all_through(const Sides& sides, std::string_view call, Effort& effort) {
  const Decision asked = sides.asked.decision(call, sides.views.front(), effort);
  return asked.is_always() && asked.elsewhere.action >= Action::trace;
}

// On an architecture that carries the call in another one, libseccomp refuses two answers for it. An errno is
// given up for the fallback where that denies as well; then all get the strictest.
void agree_on_one(Decision& decision) {
  const auto differs = [&](const Piece& p) { return p.answer != decision.pieces.front().answer; };
  if (std::none_of(decision.pieces.begin(), decision.pieces.end(), differs)) return;
  decision.coarse = true;
  if (decision.elsewhere.action <= Action::error) {
    const auto denies = [](const Piece& p) { return p.answer.action == Action::error; };
    decision.pieces.erase(std::remove_if(decision.pieces.begin(), decision.pieces.end(), denies),
                          decision.pieces.end());
    if (std::none_of(decision.pieces.begin(), decision.pieces.end(), differs)) return;
  }
  Answer least = decision.pieces.front().answer;
  for (const Piece& piece : decision.pieces) least = stricter(least, piece.answer);
  for (Piece& piece : decision.pieces) piece.answer = least;
}

// What a decision on 32-bit arguments says of wider registers: it looks at their low half.
Decision lifted(const Decision& decision, const Space& wide, Effort& effort) {
  Decision out{decision.elsewhere, {}, decision.contested, decision.coarse};
  for (const Piece& piece : decision.pieces) {
    std::vector<Box> boxes{piece.box};
    const auto coarse = [&] { return Decision::coarsely(strictest(decision)); };
    for (std::size_t i = 0; i < kArguments; ++i) {
      if (wide.widths.at(i).bits != 64) continue;
      std::vector<Box> next;
      for (const Box& box : boxes) {
        for (const Block& block : blocks(box[i], 32)) {
          if (out.pieces.size() + next.size() > kMostPieces || !effort.spend(1)) return coarse();
          next.push_back(box);
          next.back()[i] = Values::masked(block.mask, block.value, 64);
        }
      }
      boxes = std::move(next);
    }
    for (const Box& box : boxes) out.pieces.push_back({box, piece.answer});
  }
  return out;
}

// Without the rules that are half lost where an architecture reads 32 bits: what they allow is denied, or all is.
void without_half_lost(CallMeet& made, const Answer& fallback) {
  const auto lost = [](const Rule& rule) { return is_half_lost(rule.conditions); };
  if (std::none_of(made.rules.begin(), made.rules.end(), lost)) return;
  made.below = Below::compat;
  Answer least = fallback;
  for (const Rule& rule : made.rules) least = stricter(least, rule.answer);
  if (least.action < fallback.action) {
    made.always = least;
    made.rules.clear();
  } else {
    made.rules.erase(std::remove_if(made.rules.begin(), made.rules.end(), lost), made.rules.end());
  }
}

CallMeet spelt(const Sides& sides, std::string_view call, const Decision& met, const Space& space,
               Effort& effort) {
  Decision decision = over(met, sides.fallback, space.all(), effort);
  CallMeet out;
  out.below = reason(decision);
  const Multiplexer* carrier = carrier_of(call);
  if (carrier != nullptr && is_carrier(sides, carrier->name) && !decision.is_always()) {
    agree_on_one(decision);
    if (decision.coarse && !out.below) out.below = Below::carried;
  }
  if (decision.is_always()) {
    out.always = decision.elsewhere;
    return out;
  }
  const bool alone = carrier == nullptr || sides.carrying.empty();
  Spelt rules = spell(call, decision, space, alone, sides.most, effort);
  if (rules.coarse) out.below = Below::coarse;
  out.rules = std::move(rules.rules);
  without_half_lost(out, sides.fallback);
  return out;
}

// Do rules that were made for wide registers keep to the meet where an architecture reads them in 32 bits?
enum class Fit { exact, below, above };
Fit fits(const Sides& sides, std::string_view call, const CallMeet& made, Effort& effort) {
  const Space space = space_of(call, View::narrow);
  const Decision wanted = meet_in(sides, call, View::narrow, effort);
  const Rule one{{}, made.always.value_or(sides.fallback), {}};
  const std::vector<const Rule*> rules = made.always ? std::vector<const Rule*>{&one} : pointers(made.rules);
  if (!at_most(reach_of(rules, sides.fallback, space, effort), wanted, space.all(), effort))
    return Fit::above;
  const bool exact =
      at_most(Reach::of(wanted), decide(rules, sides.fallback, space, effort), space.all(), effort);
  return exact ? Fit::exact : Fit::below;
}

// Without two answers to what is one condition there: an errno is given up for the fallback where that denies as well,
// and nothing that it hides there comes to light.
void agree_in_32_bits(const Sides& sides, std::string_view call, CallMeet& made, Effort& effort) {
  if (!clash_in_32_bits(made.rules)) return;
  const auto denies = [](const Rule& rule) { return rule.answer.action == Action::error; };
  CallMeet without = made;
  without.rules.erase(std::remove_if(without.rules.begin(), without.rules.end(), denies),
                      without.rules.end());
  if (without.rules.empty()) without.always = sides.fallback;
  const bool agrees = sides.fallback.action == Action::error && !clash_in_32_bits(without.rules);
  if (agrees && fits(sides, call, without, effort) != Fit::above) {
    made = std::move(without);
    return;
  }
  Answer least = sides.fallback;
  for (const Rule& rule : made.rules) least = stricter(least, rule.answer);
  made = {least, {}, Below::compat, false};
}

}  // namespace

CallMeet meet_call(const Sides& sides, std::string_view call, Effort& whole) {
  const std::optional<Answer>& asked = sides.asked.rules(call).always;
  const std::optional<Answer>& most = sides.ceiling.rules(call).always;
  if (asked && most) return {stricter(*asked, *most), {}, std::nullopt, false};  // of nearly all calls
  Effort effort = whole.share();
  if (stand(sides, call, sides.asked, sides.ceiling, effort)) {
    if (asked) return {*asked, {}, std::nullopt, false};
    return {std::nullopt, as_written(sides.asked.rules(call), call), std::nullopt, false};
  }
  if (lets_all_through(sides, call, effort) && stand(sides, call, sides.ceiling, sides.asked, effort)) {
    if (most) return {*most, {}, std::nullopt, false};
    return {std::nullopt, as_written(sides.ceiling.rules(call), call), std::nullopt, false};
  }
  const View view = sides.views.front();
  const Space space = space_of(call, view);
  const Decision met = meet_in(sides, call, view, effort);
  CallMeet out = spelt(sides, call, met, space, effort);
  if (sides.views.size() == 1) return out;
  const Fit fit = fits(sides, call, out, effort);
  if (fit == Fit::above) {
    const Decision narrow = lifted(meet_in(sides, call, View::narrow, effort), space, effort);
    out = spelt(sides, call, meet(met, narrow, false, effort), space, effort);
  }
  if (fit != Fit::exact && !out.below) out.below = Below::compat;
  agree_in_32_bits(sides, call, out, effort);
  return out;
}

std::optional<Answer> always_of(const Sides& sides, std::string_view carrier, Effort& whole) {
  Effort effort = whole.share();
  const Decision wanted = meet_in(sides, carrier, sides.carrying.back(), effort);
  return wanted.is_always() && !wanted.coarse ? std::optional(wanted.elsewhere) : std::nullopt;
}

namespace {

// Is any piece of it stricter than what is wanted there, or does it tell another errno?
bool says_less(const Decision& carried, const Decision& wanted, Effort& effort) {
  const auto less = [](const Answer& one, const Answer& other) {
    return one.action < other.action ||
           (one.action == Action::error && other.action == Action::error && one != other);
  };
  std::vector<Box> all;
  for (const Piece& piece : wanted.pieces) all.push_back(piece.box);
  return std::any_of(carried.pieces.begin(), carried.pieces.end(), [&](const Piece& one) {
    const auto milder = [&](const Piece& piece) {
      return less(one.answer, piece.answer) && both(one.box, piece.box);
    };
    if (!effort.spend(1 + wanted.pieces.size())) return true;
    if (std::any_of(wanted.pieces.begin(), wanted.pieces.end(), milder)) return true;
    const std::optional<std::vector<Box>> rest = outside(one.box, all, effort);
    return less(one.answer, wanted.elsewhere) && (!rest || !rest->empty());
  });
}

// What is still to be said once the carried calls have their rules; nothing where that takes too much.
std::optional<Decision> beside(const Decision& carried, const Decision& wanted, const Answer& fallback,
                               Effort& effort) {
  Decision rest{fallback, {}, false, false};
  std::vector<Box> taken;
  for (const Piece& one : carried.pieces) taken.push_back(one.box);
  for (const Piece& piece : wanted.pieces) {
    const std::optional<std::vector<Box>> parts = outside(piece.box, taken, effort);
    if (!parts) return std::nullopt;
    for (const Box& box : *parts) rest.pieces.push_back({box, piece.answer});
  }
  return rest;
}

}  // namespace

bool only_errnos(const Sides& sides, std::string_view carrier, Effort& whole) {
  Effort effort = whole.share();
  const Decision wanted = meet_in(sides, carrier, sides.carrying.back(), effort);
  return strictest(wanted).action == Action::error && !gives(wanted, Action::notify);
}

CallMeet meet_carrier(const Sides& sides, std::string_view call, const Reading& inner, Effort& whole) {
  Effort effort = whole.share();
  const View view = sides.carrying.back();
  const Space space = space_of(call, view);
  const Decision wanted = over(meet_in(sides, call, view, effort), sides.fallback, space.all(), effort);
  const Decision carried = inner.decision(call, view, effort);
  const std::optional<Decision> rest = beside(carried, wanted, sides.fallback, effort);
  // What is carried would be known to be less than it is.
  const bool within = rest && !carried.coarse && at_most(Reach::of(carried), wanted, space.all(), effort);
  CallMeet out{sides.fallback, {}, reason(wanted), false};
  if (wanted.is_always() || !within) {
    out.always = wanted.is_always() ? wanted.elsewhere : strictest(wanted);
    out.needed = !within;
    if (!wanted.is_always() || strictest(carried).action < wanted.elsewhere.action)
      out.below = Below::carried;
    return out;
  }
  // The rule for the carried call says less for itself.
  if (says_less(carried, wanted, effort)) out.below = Below::carried;
  if (rest->pieces.empty()) return out;
  out.always.reset();
  Spelt rules = spell(call, *rest, space, false, sides.most, effort);
  if (rules.coarse) out.below = Below::coarse;
  out.rules = std::move(rules.rules);
  without_half_lost(out, sides.fallback);
  return out;
}

}  // namespace hardened::seccomp
