#include "profiles/seccomp/reading.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "profiles/seccomp/multiplexed.h"

namespace hardened::seccomp {
namespace {

// Cases in one view; or the answer of the first rule that is unconditional there.
struct Cases {
  std::optional<Answer> always;
  std::vector<std::pair<Conjunction, Answer>> when;
};

// Nothing where the effort is used up.
std::optional<Cases> cases_of(const std::vector<const Rule*>& rules, View view, Effort& effort) {
  Cases out;
  for (const Rule* rule : rules) {
    if (!effort.spend(1 + rule->conditions.size())) return std::nullopt;
    for (Conjunction& conditions : alternatives(*rule)) {
      if (is_unconditional(conditions, view)) {
        out.always = rule->answer;
        return out;
      }
      out.when.emplace_back(std::move(conditions), rule->answer);
    }
  }
  return out;
}

// The same box with the same answer again.
void drop_copies(std::vector<Piece>& cases) {
  std::map<Box, std::vector<Answer>> seen;
  const auto again = [&seen](const Piece& piece) {
    std::vector<Answer>& answers = seen[piece.box];
    if (std::find(answers.begin(), answers.end(), piece.answer) != answers.end()) return true;
    answers.push_back(piece.answer);
    return false;
  };
  if (cases.size() > 1) cases.erase(std::remove_if(cases.begin(), cases.end(), again), cases.end());
}

Box hull(const std::vector<Piece>& cases) {
  Box out{};
  for (const Piece& piece : cases) {
    for (std::size_t i = 0; i < kArguments; ++i) {
      const Values& v = piece.box[i];
      out[i] = out[i].empty() ? Values::range(v.low, v.high)
                              : Values::range(std::min(out[i].low, v.low), std::max(out[i].high, v.high));
    }
  }
  return out;
}

std::size_t first_looked_at(const Box& box, const Box& all) {
  for (std::size_t i = 0; i < kArguments; ++i) {
    if (box[i] != all[i]) return i;
  }
  return kArguments;
}

// Of one answer they may overlap; but fewer rules come of them where they do not.
constexpr std::size_t kMostDisjoint = 64;

// The strictest where cases of different answers overlap: each answer's boxes without those of stricter ones.
Decision resolved(std::vector<Piece> cases, const Answer& fallback, Effort& effort) {
  drop_copies(cases);
  // Of one answer those that look at the first arguments stay whole: what others look at as well.
  const Box all = hull(cases);
  std::stable_sort(cases.begin(), cases.end(), [&](const Piece& a, const Piece& b) {
    if (a.answer.action != b.answer.action) return a.answer.action < b.answer.action;
    return first_looked_at(a.box, all) < first_looked_at(b.box, all);
  });
  Decision out{fallback, {}, false, false};
  const auto same = [&cases](const Piece& piece) { return piece.answer == cases.front().answer; };
  const bool few = cases.size() <= kMostDisjoint;
  if (!few && std::all_of(cases.begin(), cases.end(), same)) {
    out.pieces = std::move(cases);
    return out;
  }
  const Decision coarse =
      Decision::coarsely(cases.empty() ? fallback : stricter(cases.front().answer, fallback));
  for (const Piece& piece : cases) {
    if (!effort.spend(1 + out.pieces.size())) return coarse;
    std::vector<Box> taken;
    for (const Piece& before : out.pieces) {
      if ((!few && before.answer == piece.answer) || !both(before.box, piece.box)) continue;
      taken.push_back(before.box);
      out.contested = out.contested || before.answer.action != piece.answer.action;
    }
    const std::optional<std::vector<Box>> parts = outside(piece.box, taken, effort);
    if (!parts || out.pieces.size() > kMostParts) return coarse;
    for (const Box& part : *parts) out.pieces.push_back({part, piece.answer});
  }
  return out;
}

// Of one call, since each of them takes its place.
constexpr std::size_t kMostCases = 16384;

// Said without looking at their conditions.
Answer strictest_of(const std::vector<const Rule*>& rules, const Answer& unnamed) {
  Answer out = unnamed;
  for (const Rule* rule : rules) out = stricter(out, rule->answer);
  return out;
}
Answer mildest_of(const std::vector<const Rule*>& rules, const Answer& unnamed) {
  Answer out = unnamed;
  for (const Rule* rule : rules) {
    if (rule->answer.action > out.action) out = rule->answer;
  }
  return out;
}

std::vector<const Rule*> together(const std::vector<const Rule*>& own, const std::vector<Rule>& inner) {
  std::vector<const Rule*> out;
  out.reserve(own.size() + inner.size());
  for (const Rule* rule : own) out.push_back(rule);
  for (const Rule& rule : inner) out.push_back(&rule);
  return out;
}

std::vector<Architecture> list_of(const Profile& profile, Architecture own) {
  std::vector<Architecture> out = profile.foreign;
  if (profile.own_listed) out.push_back(own);
  return out;
}

}  // namespace

Decision decide(const std::vector<const Rule*>& rules, const Answer& unnamed, const Space& space,
                Effort& effort) {
  const std::optional<Cases> cases = cases_of(rules, space.view, effort);
  if (!cases) return Decision::coarsely(strictest_of(rules, unnamed));
  if (cases->always) return Decision::always(*cases->always);
  std::vector<Piece> pieces;
  for (const auto& [conditions, answer] : cases->when) {
    const std::vector<Box> boxes = canonical(conditions, space);
    if (pieces.size() > kMostCases || !effort.spend(boxes.size()))
      return Decision::coarsely(strictest_of(rules, unnamed));
    for (const Box& box : boxes) pieces.push_back({box, answer});
  }
  return resolved(std::move(pieces), unnamed, effort);
}

Reach reach_of(const std::vector<const Rule*>& rules, const Answer& unnamed, const Space& space,
               Effort& effort) {
  const std::optional<Cases> cases = cases_of(rules, space.view, effort);
  if (!cases) return {mildest_of(rules, unnamed), {}, {}};
  if (cases->always) return {*cases->always, {}, {}};
  if (is_treacherous(rules)) return {mildest_of(rules, unnamed), {}, {}};  // any of them, to any arguments
  Reach out{unnamed, {}, {}};
  for (const auto& [conditions, answer] : cases->when) {
    const std::vector<Box> most = reachable(conditions, space);
    const std::vector<Box> sure = certain(conditions, space);
    if (out.cases.size() > kMostCases || !effort.spend(most.size() + sure.size()))
      return {mildest_of(rules, unnamed), {}, {}};
    for (const Box& box : most) out.cases.push_back({box, answer});
    out.certain.insert(out.certain.end(), sure.begin(), sure.end());
  }
  return out;
}

Reading::Reading(const Profile& profile, Architecture own)
    : profile_(&profile), own_(own), listed_(list_of(profile, own)) {
  std::vector<Architecture> all = profile.foreign;
  all.push_back(own);
  for (const View view : {View::wide, View::narrow}) {
    const auto seen = [&](Architecture one) { return view_of(one) == view; };
    const auto carries = [&](Architecture one) { return seen(one) && is_multiplexed(one); };
    if (std::any_of(all.begin(), all.end(), seen)) views_.push_back(view);
    if (std::any_of(all.begin(), all.end(), carries)) carrying_.push_back(view);
  }
  std::size_t count = 0;
  for (const Rule& rule : profile.rules) count += rule.names.size();
  names_.reserve(count);
  rules_.reserve(count);
  for (const Rule& rule : profile.rules) add(rule);
}

void Reading::add(const Rule& rule) {
  const bool dropped = rule.answer == profile_->fallback;
  for (const std::string& name : rule.names) {
    const auto [at, inserted] = rules_.try_emplace(name);
    if (inserted) names_.emplace_back(name);
    CallRules& call = at->second;
    if (dropped) continue;
    if (call.always) {
      call.others.push_back(&rule);
      continue;
    }
    if (call.rules.empty() && rule.conditions.empty()) call.always = rule.answer;
    call.rules.push_back(&rule);
  }
}

const CallRules& Reading::rules(std::string_view call) const {
  static const CallRules none;
  const auto at = rules_.find(call);
  return at == rules_.end() ? none : at->second;
}

bool Reading::answers_enosys() const { return fallback().action < Action::trace && !listed_.empty(); }

const Newest& Reading::newest() const {
  if (!newest_) newest_.emplace(names_, listed_);
  return *newest_;
}

bool Reading::is_newer(std::string_view call) const {
  return answers_enosys() && !mentions(call) && newest().is_before(call);
}

bool Reading::is_newer_here(std::string_view call) const {
  if (!is_newer(call)) return false;
  return call_number(call, own_).value_or(0) < 0 || newest().is_before_on(call, own_);
}

bool Reading::answers_enosys(Architecture architecture) const {
  return answers_enosys() && newest().counts_on(architecture);
}

// Where the fallback ends the process, ENOSYS would be milder; and what carries others has their rules, if not that
// answer: then it must be the answer on every architecture that has the call.
bool Reading::is_surely_newer(std::string_view call) const {
  if (fallback().action >= Action::error && multiplexer_named(call) == nullptr) return is_newer_here(call);
  const bool here = call_number(call, own_).value_or(0) >= 0;
  return is_newer(call) && (profile_->own_listed || !here) && newest().is_before_on_all(call);
}

// The rules for the calls that this one carries, as rules for it; nothing where the effort is used up.
std::optional<std::vector<Rule>> Reading::carried(std::string_view call, View view, Effort& effort) const {
  std::vector<Rule> out;
  const Multiplexer* outer = multiplexer_named(call);
  if (outer == nullptr || carrying_.empty()) return out;
  for (const Carried& inner : outer->calls) {
    const CallRules& found = rules(inner.name);
    const Condition number{0, Compare::masked_equal, 0xffffffff, inner.number};  // an int
    const auto add = [&](const Rule* one) {
      if (!effort.spend(1 + one->conditions.size())) return false;
      for (const Conjunction& conditions : alternatives(*one)) {
        Rule rule{{std::string(call)}, one->answer, {number}};
        std::copy_if(conditions.begin(), conditions.end(), std::back_inserter(rule.conditions),
                     [&](const Condition& c) { return c.index != 0 && !is_unconditional({c}, view); });
        out.push_back(std::move(rule));
      }
      return true;
    };
    const bool all = std::all_of(found.rules.begin(), found.rules.end(), add) &&
                     std::all_of(found.others.begin(), found.others.end(), add);
    if (!all) return std::nullopt;
  }
  return out;
}

// Its own, and those of the calls that it carries as they stand.
std::vector<const Rule*> Reading::with_carried(std::string_view call) const {
  std::vector<const Rule*> out = rules(call).rules;
  const Multiplexer* outer = multiplexer_named(call);
  if (outer == nullptr) return out;
  for (const Carried& inner : outer->calls) {
    const CallRules& found = rules(inner.name);
    out.insert(out.end(), found.rules.begin(), found.rules.end());
    out.insert(out.end(), found.others.begin(), found.others.end());
  }
  return out;
}

Decision Reading::decision(std::string_view call, View view, Effort& effort) const {
  const CallRules& found = rules(call);
  if (found.always) return Decision::always(*found.always);
  if (is_surely_newer(call)) return Decision::always({Action::error, kEnosys});
  const std::optional<std::vector<Rule>> inner = carried(call, view, effort);
  if (!inner) return Decision::coarsely(strictest_of(with_carried(call), fallback()));
  const std::vector<const Rule*> all = together(found.rules, *inner);
  if (all.empty()) return Decision::always(fallback());
  Decision out = decide(all, fallback(), space_of(call, view), effort);
  if (!is_newer(call)) return out;
  for (Piece& piece : out.pieces) piece.answer = stricter({Action::error, kEnosys}, piece.answer);
  return out;
}

Reach Reading::reach(std::string_view call, View view, Effort& effort) const {
  const CallRules& found = rules(call);
  if (found.always) return {*found.always, {}, {}};
  const std::optional<std::vector<Rule>> inner = carried(call, view, effort);
  const Answer newer{Action::error, kEnosys};
  const bool is_new = is_newer(call);
  if (is_new && ((inner && inner->empty()) || is_surely_newer(call))) return {newer, {}, {}};
  const Answer& unnamed = is_new ? newer : fallback();
  if (!inner) return {mildest_of(with_carried(call), unnamed), {}, {}};
  const std::vector<const Rule*> all = together(found.rules, *inner);
  if (all.empty()) return {unnamed, {}, {}};
  return reach_of(all, unnamed, space_of(call, view), effort);
}

Effort& Budget::effort(const Reading& request, std::string_view call) {
  const CallRules& found = request.rules(call);
  const bool plain = found.always || found.rules.empty();
  // A carrier has the conditions of all that it carries.
  return plain && multiplexer_named(call) == nullptr ? of_ceiling_ : of_request_;
}

bool has_treacherous_calls(const Profile& profile) {
  const Reading reading(profile, profile.own);
  return std::any_of(reading.names().begin(), reading.names().end(),
                     [&](std::string_view call) { return is_treacherous(reading.rules(call).rules); });
}

bool loses_denials(const Profile& profile) {
  const auto denies = [&](const Rule& rule) { return rule.answer.action < profile.fallback.action; };
  return std::any_of(profile.rules.begin(), profile.rules.end(), denies) && loses_rules(profile);
}

}  // namespace hardened::seccomp
