// All laws of controls/control.h, once, for every control.
//
// A control's file (pids_laws.cpp) says how its documents and ceilings are drawn, and instantiates:
//
//   struct PidsTrait : laws::Trait<controls::Pids> {
//     // JSON text of what a call of that scope carries: an object with the owned fields, with absent
//     // ones and nulls too, such that read() takes it.
//     static std::string document(Scope scope);
//     // Any ceiling; ceiling_of<Pids>("maximum: 512") reads one as the policy's rule.
//     static Pids::Ceiling ceiling();
//     // Any ceiling that is nowhere above `than`.
//     static Pids::Ceiling lower(const Pids::Ceiling& than);
//   };
//   INSTANTIATE_TEST_SUITE_P(Pids, ControlLaws, testing::ValuesIn(laws::of<PidsTrait>()), laws::name_of);
//
// The rest has defaults in Trait (case.h), to be hidden by a static function of the same name. Draw with
// draw.h, and draw modest requests often enough: a law that never met one fails ("vacuous").
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "case.h"
#include "observed.h"

namespace hardened::laws {

// ── the order ──────────────────────────────────────────────────────────────────────────────────────

// Grants that have something to do with each other: unrelated ones would satisfy most laws by being
// incomparable. Every law of the order is asked of all of them.
template <class T>
[[nodiscard]] std::vector<typename T::Control::Grant> draw_related() {
  const Case<T> one = draw_case<T>();
  const Case<T> two = draw_case<T>();
  Case<T> mixed = one;
  mixed.ceiling = two.ceiling;
  return {typename T::Control::Grant{}, one.request, two.request, one.narrow().granted,
          mixed.narrow().granted,       one.bound()};
}

template <class T>
void order_is_reflexive() {
  for (const auto& a : draw_related<T>()) require(a == a && leq(a, a), "a grant is not below itself");
}

template <class T>
void order_is_antisymmetric() {
  const auto grants = draw_related<T>();
  for (const auto& a : grants) {
    for (const auto& b : grants) {
      require((leq(a, b) && leq(b, a)) == (a == b),
              "two grants are each below the other exactly when they are equal");
    }
  }
}

template <class T>
void order_is_transitive() {
  const auto grants = draw_related<T>();
  std::vector<std::vector<bool>> below(grants.size(), std::vector<bool>(grants.size()));
  for (std::size_t a = 0; a < grants.size(); ++a) {
    for (std::size_t b = 0; b < grants.size(); ++b) below[a][b] = leq(grants[a], grants[b]);
  }
  for (std::size_t a = 0; a < grants.size(); ++a) {
    for (std::size_t b = 0; b < grants.size(); ++b) {
      for (std::size_t c = 0; below[a][b] && c < grants.size(); ++c) {
        require(!below[b][c] || below[a][c], "a <= b and b <= c, but not a <= c");
      }
    }
  }
}

template <class T>
void zero_is_the_strictest() {
  for (const auto& a : draw_related<T>())
    require(leq(typename T::Control::Grant{}, a), "the zero grant is above another");
}

template <class T>
void meet_is_the_greatest_lower_bound() {
  if constexpr (Lattice<typename T::Control::Grant>) {
    const auto grants = draw_related<T>();
    for (const auto& a : grants) {
      for (const auto& b : grants) {
        const auto met = meet(a, b);
        require(leq(met, a) && leq(met, b), "the meet is above one of its two");
        require(met == meet(b, a), "the meet does not commute");
        for (const auto& c : grants) {
          require(!leq(c, a) || !leq(c, b) || leq(c, met), "a lower bound is above the meet");
        }
      }
    }
  }
}

// ── the decision ───────────────────────────────────────────────────────────────────────────────────

template <class T>
void never_widens() {
  const Case<T> drawn = draw_case<T>();
  require(leq(drawn.narrow().granted, drawn.request), "the grant is above the request");
}

template <class T>
void within_the_ceiling() {
  const Case<T> drawn = draw_case<T>();
  require(leq(drawn.narrow().granted, drawn.bound()), "the grant is above the ceiling");
}

template <class T>
void asking_twice_changes_nothing() {
  Case<T> drawn = draw_case<T>();
  drawn.request = drawn.narrow().granted;
  const auto again = drawn.narrow();
  require(again.verdict == Verdict::unchanged && again.granted == drawn.request,
          "the grant itself was narrowed");
}

template <class T>
void a_modest_request_is_granted(int& met) {
  const Case<T> drawn = draw_case<T>();
  if (!leq(drawn.request, drawn.bound())) return;
  ++met;
  const auto outcome = drawn.narrow();
  require(outcome.verdict == Verdict::unchanged && outcome.granted == drawn.request,
          "a modest request was changed");
}

template <class T>
void a_lower_ceiling_grants_no_more() {
  const Case<T> high = draw_case<T>();
  Case<T> low = high;
  low.ceiling = T::lower(high.ceiling);
  require(leq(low.bound(), high.bound()), "bound: the lower ceiling is above the higher");
  require(leq(low.narrow().granted, high.narrow().granted), "narrow: the lower ceiling grants more");
}

template <class T>
void the_verdict_says_what_happened(int& met) {
  const Case<T> drawn = draw_case<T>();
  const auto outcome = drawn.narrow();
  const bool same = outcome.granted == drawn.request;
  if (!same) ++met;
  require((outcome.verdict == Verdict::unchanged) == same,
          "unchanged, exactly when the grant is the request");
  require(outcome.changes.empty() == same, "no changes, exactly when the grant is the request");
  for (const controls::Change& change : outcome.changes) {
    require(lies_below_one(change.pointer, T::Control::owned),
            "a change at a pointer that is not owned: " + change.pointer);
    require(!change.before.empty() && !change.reason.empty(), "a change that does not say what and why");
    require(is_printable_line(change.before + change.after + change.reason),
            "a change that is no line of 4096 bytes at most");
  }
}

// ── the document ───────────────────────────────────────────────────────────────────────────────────

template <class T>
void a_modest_document_keeps_its_bytes(int& met) {
  const Case<T> drawn = draw_case<T>();
  if (!leq(drawn.request, drawn.bound()) || T::normalised(drawn.spec())) return;
  ++met;
  require(hardened_by(drawn, drawn.narrow().granted).document->text == drawn.document->text,
          "bytes of a modest document moved");
}

template <class T>
void what_is_written_is_what_was_meant(int& met) {
  const Case<T> drawn = draw_case<T>();
  const auto outcome = drawn.narrow();
  if (outcome.verdict == Verdict::refused) return;  // nothing is written for a refused call
  // What a control never narrows it never writes.
  constexpr auto& modes = T::Control::modes;
  constexpr bool narrows = std::find(modes.begin(), modes.end(), controls::OnExcess::narrow) != modes.end();
  if (outcome.verdict == Verdict::narrowed || !narrows) ++met;
  require(hardened_by(drawn, outcome.granted).request == outcome.granted,
          "read(write(grant)) is not the grant");
}

template <class T>
void hardening_twice_changes_nothing() {
  const Case<T> drawn = draw_case<T>();
  const auto outcome = drawn.narrow();
  if (outcome.verdict == Verdict::refused) return;
  const Case<T> once = hardened_by(drawn, outcome.granted);
  const auto again = once.narrow();
  require(again.verdict == Verdict::unchanged, "what hardening wrote is narrowed again");
  require(hardened_by(once, again.granted).document->text == once.document->text,
          "bytes move at the second hardening");
}

template <class T>
void what_is_not_owned_keeps_its_bytes() {
  const Case<T> drawn = draw_case<T>();
  const auto outcome = drawn.narrow();
  if (outcome.verdict == Verdict::refused) return;
  const Case<T> after = hardened_by(drawn, outcome.granted);
  const auto [before_rest, after_rest] = outside_of(T::owned(drawn.spec()), drawn.spec(), after.spec());
  require(before_rest == after_rest,
          "bytes outside of the owned fields moved: " + before_rest + " became " + after_rest);
}

template <class T>
void what_was_valid_stays_valid() {
  const Case<T> drawn = draw_case<T>();
  const auto outcome = drawn.narrow();
  if (outcome.verdict == Verdict::refused) return;
  const Case<T> after = hardened_by(drawn, outcome.granted);
  const std::string flaw = T::flaw(drawn.spec(), after.spec());
  require(flaw.empty(), flaw);
}

// ── the table ──────────────────────────────────────────────────────────────────────────────────────

struct Law {
  std::string_view name;
  std::function<void()> property;
  std::shared_ptr<int> met;  // how often the law's condition was met; nothing when it has none

  friend void PrintTo(const Law& law, std::ostream* out) { *out << law.name; }  // GoogleTest's hook
};

inline Law law(std::string_view name, void (*property)()) { return {name, property, nullptr}; }
inline Law law(std::string_view name, void (*property)(int&)) {
  auto met = std::make_shared<int>(0);
  return {name, [property, met] { property(*met); }, met};
}

template <class T>
[[nodiscard]] std::vector<Law> of() {
  return {law("OrderIsReflexive", order_is_reflexive<T>),
          law("OrderIsAntisymmetric", order_is_antisymmetric<T>),
          law("OrderIsTransitive", order_is_transitive<T>),
          law("ZeroIsTheStrictest", zero_is_the_strictest<T>),
          law("MeetIsTheGreatestLowerBound", meet_is_the_greatest_lower_bound<T>),
          law("NeverWidens", never_widens<T>),
          law("WithinTheCeiling", within_the_ceiling<T>),
          law("AskingTwiceChangesNothing", asking_twice_changes_nothing<T>),
          law("AModestRequestIsGranted", a_modest_request_is_granted<T>),
          law("ALowerCeilingGrantsNoMore", a_lower_ceiling_grants_no_more<T>),
          law("TheVerdictSaysWhatHappened", the_verdict_says_what_happened<T>),
          law("AModestDocumentKeepsItsBytes", a_modest_document_keeps_its_bytes<T>),
          law("WhatIsWrittenIsWhatWasMeant", what_is_written_is_what_was_meant<T>),
          law("HardeningTwiceChangesNothing", hardening_twice_changes_nothing<T>),
          law("WhatIsNotOwnedKeepsItsBytes", what_is_not_owned_keeps_its_bytes<T>),
          law("WhatWasValidStaysValid", what_was_valid_stays_valid<T>),
          law("WhatWasGrantedIsNoSurplus", what_was_granted_is_no_surplus<T>),
          law("WhatIsAboveIsNamed", what_is_above_is_named<T>)};
}

// Of a control that refuses all that is above its ceiling: it never writes, so that one law has no condition to meet.
template <class T>
[[nodiscard]] std::vector<Law> of_refusing() {
  std::vector<Law> laws = of<T>();
  std::erase_if(laws, [](const Law& one) { return one.name == "WhatIsWrittenIsWhatWasMeant"; });
  return laws;
}

// "" when the law holds and was not vacuous.
[[nodiscard]] std::string verdict_on(const Law& law);

class ControlLaws : public testing::TestWithParam<Law> {};
inline std::string name_of(const testing::TestParamInfo<Law>& info) { return std::string(info.param.name); }

}  // namespace hardened::laws
