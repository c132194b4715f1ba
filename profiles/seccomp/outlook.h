// The meet of what two profiles say of one call; for meet.cpp.
#pragma once

#include "profiles/seccomp/reading.h"

namespace hardened::seccomp {

// Of two answers the stricter one; the first's where the actions are the same.
[[nodiscard]] const Answer& stricter(const Answer& first, const Answer& second);

// An outlook of a profile whose fallback is `fallback`, at or below both for all arguments: its `outside`
// is the fallback, unless it is always the same.
[[nodiscard]] Outlook lower(const Outlook& asked, const Outlook& ceiling, const Answer& fallback);

}  // namespace hardened::seccomp
