// The decision about one call, as a value; nothing has happened yet.
//
//   const Facts facts = TRY(gather_facts(host, spec, policy));   // reads only
//   const Plan plan   = TRY(make_plan(spec, policy, facts));     // pure
//   const std::string text = TRY(doc::apply(spec.document(), plan.edits));
//
// `explain`, `precreate`, `check` and the golden tests are the same two functions without what the
// pipeline does next.
#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "config/policy.h"
#include "controls/control.h"
#include "controls/fields.h"
#include "core/base/host.h"
#include "core/doc/edit.h"

namespace hardened::runtime {

// The annotation that says which policy a container was started under. Information for people and
// tools, never evidence: a request can carry anything, so `io.hardened.*` is taken out of it first.
inline constexpr std::string_view kMark = "io.hardened.policy";
inline constexpr std::string_view kMarkPrefix = "io.hardened.";

template <class Controls>
struct FactsOf;
template <class... C>
struct FactsOf<std::tuple<C...>> {
  using type = std::tuple<typename C::Facts...>;
};
// What each control must know of the host, in the order of the list of controls.
using Facts = FactsOf<controls::AllControls>::type;

template <class Controls>
struct GrantsOf;
template <class... C>
struct GrantsOf<std::tuple<C...>> {
  using type = std::tuple<typename C::Grant...>;
};
// What each control grants, in the same order; the zero grant of one that takes no part in the call.
using Grants = GrantsOf<controls::AllControls>::type;

// The place of a control in that list.
template <class C>
constexpr std::size_t index_of() {
  return []<class... All>(std::tuple<All...>*) {
    std::size_t index = 0;
    const bool found = ((std::is_same_v<C, All> || (++index, false)) || ...);
    return found ? index : sizeof...(All);
  }(static_cast<controls::AllControls*>(nullptr));
}
template <class C>
[[nodiscard]] const typename C::Grant& grant_of(const Grants& grants) {
  return std::get<index_of<C>()>(grants);
}

// What one control, or the walk over all fields, had to say.
struct Decision {
  std::string_view control;
  controls::Verdict verdict = controls::Verdict::refused;
  controls::OnExcess mode = controls::OnExcess::refuse;
  std::string origin;                     // the rule: "/etc/hardened/policy.yaml:14"
  std::vector<controls::Change> changes;  // under `observe`: what would have changed
  std::vector<std::string> notes;
  std::string waiver{};  // that raised the rule's ceiling
};

struct Plan {
  controls::Verdict verdict = controls::Verdict::refused;
  std::string policy{};              // the path of the file that it was decided by
  std::vector<Decision> decisions;   // of those that had something to say
  bool privileged = false;           // the request is --privileged, as far as its fields tell
  std::vector<std::string> waiting;  // fields present that no control bounds yet: "/mounts (mounts)"
  Grants grants;                     // when not refused; under `observe` what was asked
  doc::Edits edits;                  // what to write when not refused, the mark included
};

[[nodiscard]] Result<Facts> gather_facts(Host& host, const controls::Spec& spec,
                                         const config::Policy& policy);
[[nodiscard]] Result<Plan> make_plan(const controls::Spec& spec, const config::Policy& policy,
                                     const Facts& facts);

}  // namespace hardened::runtime
