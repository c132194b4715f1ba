// The meet of what two profiles do with one call, as rules; for meet.cpp.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "profiles/seccomp/meet.h"
#include "profiles/seccomp/reading.h"

namespace hardened::seccomp {

struct CallMeet {
  // The answer to all vectors, if there is but one; else rules for a profile with the fallback.
  std::optional<Answer> always;
  std::vector<Rule> rules;
  std::optional<Below> below;
  bool needed = false;  // must be said, although it is the fallback
};

// The two sides, and what the result is to hold.
struct Sides {
  const Reading& asked;
  const Reading& ceiling;
  Answer fallback;             // of the result
  std::vector<View> views;     // of the result's architectures, the wide one first
  std::vector<View> carrying;  // of those of them that carry calls in others
  std::size_t most = 0;        // rules for a call
  // Of the calls that carry others on one of the architectures, those without a first rule that decides them.
  std::vector<std::string_view> carriers;
};

[[nodiscard]] inline bool is_carrier(const Sides& sides, std::string_view call) {
  return std::find(sides.carriers.begin(), sides.carriers.end(), call) != sides.carriers.end();
}

// Each takes its share of the effort.
[[nodiscard]] CallMeet meet_call(const Sides& sides, std::string_view call, Effort& effort);

// For a call that carries others: what it gets whatever those get, to be said before them; and the same as
// above, given the rules of the result for those.
[[nodiscard]] std::optional<Answer> always_of(const Sides& sides, std::string_view carrier, Effort& effort);
// Is all that it gets denied by an errno?
[[nodiscard]] bool only_errnos(const Sides& sides, std::string_view carrier, Effort& effort);
[[nodiscard]] CallMeet meet_carrier(const Sides& sides, std::string_view call, const Reading& inner,
                                    Effort& effort);

}  // namespace hardened::seccomp
