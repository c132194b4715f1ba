// The laws of what the kernel holds (controls/control.h: observe, surplus); a part of the one table in laws.h.
//
// Of what a bundle may have been granted; a trait says by `raised` what is above a grant in one component.
#pragma once

#include <string>
#include <vector>

#include "case.h"

namespace hardened::laws {

template <class T>
using ObservedOf = controls::Observed<typename T::Control::Grant>;

// As verify decides it; "" where it finds nothing.
template <class T>
[[nodiscard]] std::string surplus_of(const ObservedOf<T>& observed) {
  return leq(observed.held, observed.granted) ? "" : T::Control::surplus(observed);
}

// What a bundle may have been granted.
template <class T>
[[nodiscard]] std::vector<typename T::Control::Grant> draw_granted() {
  const Case<T> drawn = draw_case<T>();
  if (drawn.scope != Scope::bundle) return {};
  const auto outcome = drawn.narrow();
  if (outcome.verdict == Verdict::refused) return {};
  return {outcome.granted};
}

template <class T>
void what_was_granted_is_no_surplus(int& met) {
  for (const auto& granted : draw_granted<T>()) {
    ++met;
    require(surplus_of<T>({granted, granted}).empty(), "a container that holds its grant has a surplus");
    require(surplus_of<T>({granted, typename T::Control::Grant{}}).empty(),
            "less than the grant is a surplus");
  }
}

template <class T>
void what_is_above_is_named(int& met) {
  for (const auto& granted : draw_granted<T>()) {
    for (const auto& [held, named] : T::raised(granted)) {
      ++met;
      const std::string words = surplus_of<T>({granted, held});
      note("surplus: " + words);
      require(!words.empty(), "nothing is said of what is above the grant in: " + named);
      require(words.find(named) != std::string::npos, "the surplus does not name: " + named);
      require(is_printable_line(words), "a surplus that is no line of 4096 bytes at most");
    }
  }
}

}  // namespace hardened::laws
