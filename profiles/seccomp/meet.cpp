#include "profiles/seccomp/meet.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "profiles/seccomp/call_meet.h"
#include "profiles/seccomp/entangled.h"
#include "profiles/seccomp/filter_size.h"
#include "profiles/seccomp/leading.h"
#include "profiles/seccomp/meet_frame.h"
#include "profiles/seccomp/multiplexed.h"
#include "profiles/seccomp/rule_list.h"

namespace hardened::seccomp {
namespace {

// The rules of the result, call by call.
class Rules {
 public:
  Rules(const Reading& asked, const Reading& ceiling, const Profile& frame, std::size_t most,
        std::size_t work)
      : asked_(asked),
        ceiling_(ceiling),
        frame_(frame),
        sides_{asked_,
               ceiling_,
               frame.fallback,
               Reading(frame, frame.own).views(),
               Reading(frame, frame.own).carrying(),
               most,
               {}},
        budget_(work),
        tangling_(work) {
    const bool both = is_both(asked.profile(), ceiling.profile());
    const bool first = is_asked(asked.profile(), ceiling.profile());
    if (first || both) keepers_.push_back(&asked_);
    if (!first || both) keepers_.push_back(&ceiling_);
  }

  [[nodiscard]] Lowered all() && {
    if (!sides_.carrying.empty()) begin_carriers();
    for (const std::string_view call : asked_.names()) add(call);
    for (const std::string_view call : ceiling_.names()) {
      if (!asked_.mentions(call)) add(call);
    }
    for (const Multiplexer& outer : kMultiplexers) {
      if (is_carrier(sides_, outer.name)) add_carrier(outer);
    }
    untangle();
    keep_names();
    Profile out = frame_;
    out.rules = std::move(rules_).taken();
    if (ends(out.fallback)) keep_ending(out);
    if (!out.foreign.empty()) lead_with_a_number(out, below_);
    if (out.foreign.empty()) forget_others_names(out);
    return {std::move(out), std::move(below_)};
  }

 private:
  // libseccomp takes no second answer for a carried call, unless a rule for its carrier came before.
  void begin_carriers() {
    for (const Multiplexer& outer : kMultiplexers) {
      if (is_left_to_the_stub(outer)) continue;
      if (const std::optional<Answer> answer = first_said(outer)) {
        rules_.say(outer.name, *answer);
        said_.push_back(outer.name);
      } else {
        sides_.carriers.push_back(outer.name);
      }
    }
  }

  [[nodiscard]] bool is_left_to_the_stub(const Multiplexer& outer) {
    const std::optional<Answer> answer = always_of(sides_, outer.name, effort(outer.name));
    return answer && *answer != frame_.fallback && is_newer(outer.name, *answer) &&
           !carries(outer, [&](const Answer& one) { return one != frame_.fallback; });
  }

  // What the carrier gets before the calls that it carries: one answer, or errnos where those would get more than that.
  [[nodiscard]] std::optional<Answer> first_said(const Multiplexer& outer) {
    const std::optional<Answer> answer = always_of(sides_, outer.name, effort(outer.name));
    if (answer && unheard(*answer) != frame_.fallback) return unheard(*answer);
    if (frame_.fallback.action != Action::error) return std::nullopt;
    const auto other = [&](const Answer& one) { return one != frame_.fallback; };
    const auto no_errno = [](const Answer& one) { return one.action != Action::error; };
    const bool needed = answer
                            ? carries(outer, other)
                            : only_errnos(sides_, outer.name, effort(outer.name)) && carries(outer, no_errno);
    return needed ? std::optional(said_before(outer.name)) : std::nullopt;
  }

  // Will there be such a rule for a call that it carries?
  template <class Wanted>
  [[nodiscard]] bool carries(const Multiplexer& outer, const Wanted& wanted) {
    return std::any_of(outer.calls.begin(), outer.calls.end(), [&](const Carried& inner) {
      if (!asked_.mentions(inner.name) && !ceiling_.mentions(inner.name)) return false;
      const CallMeet met = meet_call(sides_, inner.name, effort(inner.name));
      return met.always ? wanted(*met.always)
                        : std::any_of(met.rules.begin(), met.rules.end(),
                                      [&](const Rule& rule) { return wanted(rule.answer); });
    });
  }

  // An errno other than the fallback's, so that runc keeps the rule, and no rule for a carried call decides. Beside
  // runc's ENOSYS either errno is meant.
  [[nodiscard]] Answer said_before(std::string_view carrier) {
    if (!asked_.is_newer(carrier) && !ceiling_.is_newer(carrier))
      below_.push_back({std::string(carrier), Below::carried});
    return *beside(frame_.fallback);
  }

  [[nodiscard]] Effort& effort(std::string_view call) { return budget_.effort(asked_, call); }

  void add(std::string_view call) {
    const bool said = std::find(said_.begin(), said_.end(), call) != said_.end();
    if (!said && !is_carrier(sides_, call)) put(call, meet_call(sides_, call, effort(call)));
  }

  void put(std::string_view call, CallMeet met) {
    if (met.below) below_.push_back({std::string(call), *met.below});
    if (met.always) {
      // A denial that nobody asked for in these words tells what the fallback tells.
      const bool coarse = met.below == Below::coarse && met.always->action == frame_.fallback.action;
      const Answer answer = unheard(coarse ? frame_.fallback : *met.always);
      if (answer != frame_.fallback && (met.needed || !is_newer(call, answer))) rules_.say(call, answer);
      if (answer == frame_.fallback && ends(answer) && is_newer(call)) kept_.push_back(call);
      return;
    }
    if (met.rules.empty() && ends(frame_.fallback) && is_newer(call)) kept_.push_back(call);
    for (Rule& rule : met.rules) {
      rule.answer = unheard(rule.answer);
      rules_.add(std::move(rule));
    }
  }

  // Would ENOSYS, which is milder than the fallback, come before it?
  [[nodiscard]] bool is_newer(std::string_view call) const {
    return std::any_of(keepers_.begin(), keepers_.end(),
                       [&](const Reading* side) { return side->is_newer(call); });
  }

  // Denied as all that is newer than the names of the result is, by ENOSYS?
  [[nodiscard]] bool is_newer(std::string_view call, const Answer& answer) const {
    return answer.action == Action::error &&
           std::all_of(keepers_.begin(), keepers_.end(),
                       [&](const Reading* side) { return side->is_newer_here(call); });
  }

  // Without a rule of its own it would be let through for the calls that it carries, and one that equals the
  // fallback is dropped by runc: then it is said with another errno, or in a stricter way.
  void add_carrier(const Multiplexer& outer) {
    Profile so_far = frame_;
    so_far.rules = rules_.rules();
    so_far.rules.push_back({{std::string(outer.name)}, frame_.fallback, {}});  // it is no new call
    const Reading inner(so_far, frame_.own);
    CallMeet met = meet_carrier(sides_, outer.name, inner, effort(outer.name));
    Effort share = effort(outer.name).share();
    const Decision carried = inner.decision(outer.name, sides_.carrying.back(), share);
    const bool ending = strictest(carried).action < Action::error;
    // ENOSYS would come before it.
    if (ending && is_newer(outer.name)) kept_.push_back(outer.name);
    if ((ending || gives(carried, Action::notify)) && !is_newer(outer.name))
      kept_carriers_.push_back(outer.name);
    if (met.needed && met.always == frame_.fallback) {
      met.always = beside(frame_.fallback);
      met.below = Below::carried;
      if (!met.always) unsay_all(outer);
    }
    if (met.always || met.below || !met.rules.empty()) put(outer.name, std::move(met));
  }

  // Nothing can be said beside a fallback that ends the process: so nothing is said of what would let it through.
  void unsay_all(const Multiplexer& outer) {
    below_.push_back({std::string(outer.name), Below::carried});
    for (const Carried& inner : outer.calls) {
      below_.push_back({std::string(inner.name), Below::carried});
      rules_.unsay(inner.name);
      keep(inner.name);
    }
  }

  // What libseccomp would get wrong is denied for all arguments.
  void untangle() {
    Profile so_far = frame_;
    so_far.rules = rules_.rules();
    bool again = false;
    std::vector<std::string> wrong;
    for (const std::string_view call : entangled(so_far, tangling_)) {
      const Multiplexer* outer = multiplexer_named(call);
      if (outer != nullptr && shut(*outer)) {
        again = true;
        continue;
      }
      wrong.emplace_back(call);
      if (outer == nullptr) continue;
      for (const Carried& inner : outer->calls) wrong.emplace_back(inner.name);
    }
    if (deny_conditions(wrong) || again) untangle();
  }

  // A carrier is denied before all that it carries, which keeps its rules where it is a call of its own. Not so where that
  // would be milder than one of them.
  [[nodiscard]] bool shut(const Multiplexer& outer) {
    const auto is_inside = [&](const std::string& name) {
      return name == outer.name || carrier_of(name) == &outer;
    };
    const auto is_milder = [&](const Rule& rule) {
      return ends(rule.answer) && std::any_of(rule.names.begin(), rule.names.end(), is_inside);
    };
    const std::vector<Rule>& rules = rules_.rules();
    if (frame_.fallback.action != Action::error || std::any_of(rules.begin(), rules.end(), is_milder))
      return false;
    const std::string name(outer.name);
    static_cast<void>(rules_.without_conditions({name}, frame_.fallback));
    rules_.begin_with(name, *beside(frame_.fallback));
    below_.push_back({name, Below::shared});
    return true;
  }

  bool deny_conditions(const std::vector<std::string>& calls) {
    const std::vector<RuleList::Strictest> denied = rules_.without_conditions(calls, frame_.fallback);
    for (const auto& [call, answer] : denied) {
      below_.push_back({call, Below::shared});
      if (answer != frame_.fallback) {
        rules_.say(call, answer);
      } else {
        keep(call);
      }
    }
    return !denied.empty();
  }

  // Names it still, lest it become a new call: where that matters, which is where a keeper does so or ENOSYS is milder.
  void keep(std::string_view call) {
    for (const Reading* side : {&asked_, &ceiling_}) {
      const bool keeps = std::find(keepers_.begin(), keepers_.end(), side) != keepers_.end();
      const auto at = std::find(side->names().begin(), side->names().end(), call);
      if (at != side->names().end() && (keeps || ends(frame_.fallback))) kept_.push_back(*at);
    }
    const Multiplexer* outer = multiplexer_named(call);
    if (outer != nullptr && ends(frame_.fallback)) kept_.push_back(outer->name);
  }

  // Does runc answer ENOSYS there under all whose word counts?
  [[nodiscard]] bool answers_enosys(Architecture architecture) const {
    return std::all_of(keepers_.begin(), keepers_.end(),
                       [&](const Reading* side) { return side->answers_enosys(architecture); });
  }

  // Where the fallback ends the process, an ENOSYS that a side lacks would be milder: on a foreign architecture that
  // side names no call, so that nothing is lost with it.
  void keep_ending(Profile& out) {
    const Profile so_far = out;
    const Reading result(so_far, out.own);
    const auto milder = [&](Architecture one) { return result.answers_enosys(one) && !answers_enosys(one); };
    out.own_listed = out.own_listed && !milder(out.own);
    for (const Architecture one : out.foreign) {
      if (milder(one)) below_.push_back({std::string(name(one)), Below::stub});
    }
    out.foreign.erase(std::remove_if(out.foreign.begin(), out.foreign.end(), milder), out.foreign.end());
  }

  // A rule that says the fallback is dropped by runc, once it has looked for the newest name.
  void keep_names() {
    std::vector<Architecture> all = frame_.foreign;
    if (frame_.own_listed) all.push_back(frame_.own);
    const auto counts = [&](Architecture one) { return answers_enosys(one); };
    if (frame_.fallback.action >= Action::trace) return;
    if (kept_carriers_.empty() && std::none_of(all.begin(), all.end(), counts)) return;
    kept_.insert(kept_.end(), kept_carriers_.begin(), kept_carriers_.end());
    std::unordered_map<std::string_view, bool> said;
    for (const Rule& rule : rules_.rules()) {
      for (const std::string& name : rule.names) said[name] = true;
    }
    Rule kept{{}, frame_.fallback, {}};
    for (const Reading* side : keepers_)
      kept_.insert(kept_.end(), side->names().begin(), side->names().end());
    for (const std::string_view call : kept_) {
      if (said.emplace(call, true).second) kept.names.emplace_back(call);
    }
    if (!kept.names.empty()) rules_.add(std::move(kept));
  }

  const Reading& asked_;
  const Reading& ceiling_;
  const Profile& frame_;
  Sides sides_;
  // The same calls take the same in a second round, and what one uses up the other still has.
  Budget budget_;
  Effort tangling_;
  std::vector<std::string_view> said_;           // carriers that have their rule
  std::vector<std::string_view> kept_;           // calls that are named for that alone
  std::vector<std::string_view> kept_carriers_;  // where no side has the ENOSYS that other names would bring
  std::vector<const Reading*> keepers_;          // whose names the result keeps
  RuleList rules_;
  std::vector<BelowMeet> below_;
};

}  // namespace

Profile meet(const Profile& asked, const Profile& ceiling, Architecture own, std::size_t work) {
  const Reading read(asked, own);
  const Reading most(ceiling, own);
  return excess(read, most, work).none() ? asked : lowered(read, most, work).profile;
}

Lowered lowered(const Profile& asked, const Profile& ceiling, Architecture own, std::size_t work) {
  return lowered(Reading(asked, own), Reading(ceiling, own), work);
}

Lowered lowered(const Reading& asked, const Reading& ceiling, std::size_t work) {
  if (!asked.profile().confined) return {ceiling.profile(), {}};
  const Profile frame = frame_of(asked.profile(), ceiling.profile(), asked.own());
  Lowered out = Rules(asked, ceiling, frame, kLimits.front(), work).all();
  const std::size_t limit = limit_of(out.profile);
  return limit == kLimits.front() ? std::move(out) : Rules(asked, ceiling, frame, limit, work).all();
}

}  // namespace hardened::seccomp
