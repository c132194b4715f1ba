// What a rule grants at most, of the controls where that depends on no request and on nothing of the host: two such
// ceilings can be compared as they stand.
//
//   if constexpr (tells_most<C>()) ... not_above<C>(theirs.ceiling, ours.ceiling)
#pragma once

#include <tuple>
#include <type_traits>

#include "controls/all.h"

namespace hardened::config {

using TellingMost = std::tuple<controls::Capabilities, controls::NoNewPrivileges, controls::Pids>;

template <class C>
[[nodiscard]] constexpr bool tells_most() {
  return []<class... Each>(std::tuple<Each...>*) {
    return (std::is_same_v<C, Each> || ...);
  }(static_cast<TellingMost*>(nullptr));
}

template <class C>
requires(tells_most<C>())
    [[nodiscard]] bool not_above(const typename C::Ceiling& one, const typename C::Ceiling& other) {
  // A pids limit that nobody asked for is no bound, and given all the same.
  if constexpr (std::is_same_v<C, controls::Pids>) {
    if (!leq(one.by_default, other.by_default)) return false;
  }
  return leq(C::bound(one, {}, {}), C::bound(other, {}, {}));
}

}  // namespace hardened::config
