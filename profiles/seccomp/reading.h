// What a profile says of each call by its name, once runc and libseccomp have read its rules.
//
//   const Reading reading(profile, own);
//   reading.decision("personality", View::wide)     allow in five boxes, the fallback elsewhere
//   reading.decision("no_such_call", View::wide)    the fallback, or ENOSYS by runc's stub
//
// Where the effort is used up, a decision is the strictest that any rule says (coarse), and a reach the mildest.
//
// How they read them (measured with runc 1.1.5 and libseccomp 2.5.4; db.c, db_rule_add):
//   * A rule whose answer is exactly the fallback is dropped (runc, matchCall), also where it stands beside
//     an allow.
//   * The first rule without conditions decides the call; all others of that name are lost.
//   * Of several rules with conditions any that matches counts. Where rules of different answers match one
//     vector, the result depends on libseccomp's tree: so the decision has the strictest of them, and the
//     reach all of them.
//   * Two conditions on one argument make each condition of their rule a rule of its own.
//   * Where an architecture carries calls inside of another one (multiplexed.h), a rule for the inner
//     call is one for the outer call with its number; so that none without conditions is left, nor lost others.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "profiles/seccomp/calls.h"
#include "profiles/seccomp/decision.h"
#include "profiles/seccomp/profile.h"
#include "profiles/seccomp/views.h"

namespace hardened::seccomp {

// The rules of one call that runc does not drop, in the order of the profile.
struct CallRules {
  std::optional<Answer> always;  // the first has no conditions at all: the others are lost
  std::vector<const Rule*> rules;
  std::vector<const Rule*> others;  // those that are lost; not so where the call is carried in another one
};

[[nodiscard]] Decision decide(const std::vector<const Rule*>& rules, const Answer& unnamed,
                              const Space& space, Effort& effort);
[[nodiscard]] Reach reach_of(const std::vector<const Rule*>& rules, const Answer& unnamed, const Space& space,
                             Effort& effort);

class Reading {
 public:
  // Keeps pointers into the profile; `own` is the machine's architecture.
  Reading(const Profile& profile, Architecture own);

  [[nodiscard]] const Profile& profile() const { return *profile_; }
  [[nodiscard]] Architecture own() const { return own_; }
  [[nodiscard]] const Answer& fallback() const { return profile_->fallback; }
  // Each name once, in the order of the profile; also those whose rules are all dropped.
  [[nodiscard]] const std::vector<std::string_view>& names() const { return names_; }
  [[nodiscard]] bool mentions(std::string_view call) const { return rules_.find(call) != rules_.end(); }
  // No rules at all for a name that it does not mention.
  [[nodiscard]] const CallRules& rules(std::string_view call) const;

  // The architectures that the profile lists, the machine's own among them if it does.
  [[nodiscard]] const std::vector<Architecture>& listed() const { return listed_; }
  // What filters see on its architectures, the wide view first; and on those that carry calls in others.
  [[nodiscard]] const std::vector<View>& views() const { return views_; }
  [[nodiscard]] const std::vector<View>& carrying() const { return carrying_; }

  // Does runc answer ENOSYS, before this filter, to calls newer than all that the profile names? (patchbpf,
  // enosys_linux.go: on each listed architecture, unless the fallback lets calls through.)
  [[nodiscard]] bool answers_enosys() const;
  // Is it, on any architecture, one of the calls to which it answers so?
  [[nodiscard]] bool is_newer(std::string_view call) const;
  // Is it on the machine's own, or, if that lacks the call, on another?
  [[nodiscard]] bool is_newer_here(std::string_view call) const;
  // Are there such calls on this one?
  [[nodiscard]] bool answers_enosys(Architecture architecture) const;

  // What it does to the canonical vectors of a call.
  [[nodiscard]] Decision decision(std::string_view call, View view, Effort& effort) const;
  // What it does at most to any.
  [[nodiscard]] Reach reach(std::string_view call, View view, Effort& effort) const;

 private:
  void add(const Rule& rule);
  [[nodiscard]] bool is_surely_newer(std::string_view call) const;
  [[nodiscard]] const Newest& newest() const;
  [[nodiscard]] std::optional<std::vector<Rule>> carried(std::string_view call, View view,
                                                         Effort& effort) const;
  [[nodiscard]] std::vector<const Rule*> with_carried(std::string_view call) const;

  const Profile* profile_;
  Architecture own_;
  std::vector<Architecture> listed_;
  std::vector<View> views_;
  std::vector<View> carrying_;
  std::vector<std::string_view> names_;
  std::unordered_map<std::string_view, CallRules> rules_;
  mutable std::optional<Newest> newest_;  // found when first asked
};

// The work of a comparison or a meet, of two parts: however many conditions a request has, those that the ceiling alone
// has, of clone(2) and the like, are looked at.
class Budget {
 public:
  explicit Budget(std::size_t work) : of_request_(work), of_ceiling_(work) {}
  // Does the request say anything of the call's arguments?
  [[nodiscard]] Effort& effort(const Reading& request, std::string_view call);

 private:
  Effort of_request_;
  Effort of_ceiling_;
};

// Is there a call whose rules libseccomp may get wrong (is_treacherous)?
[[nodiscard]] bool has_treacherous_calls(const Profile& profile);
// May rules be lost (calls.h, loses_rules) of which one is stricter than the fallback? The others only allow.
[[nodiscard]] bool loses_denials(const Profile& profile);

}  // namespace hardened::seccomp
