// All of a meet but its rules: the fallback, the architectures and the flags; and whose word counts for what nobody
// names. meet.h says the rules of it.
#pragma once

#include <optional>

#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

[[nodiscard]] Profile frame_of(const Profile& asked, const Profile& ceiling, Architecture own);

// Without the listener that we drop, the kernel itself answers ENOSYS (seccomp_unotify(2)).
[[nodiscard]] Answer unheard(const Answer& answer);
// Does it end the thread or the process?
[[nodiscard]] inline bool ends(const Answer& answer) { return answer.action < Action::error; }

// As strict as a fallback, and not the same, so that runc keeps the rule; nothing is as strict as ending the process.
[[nodiscard]] std::optional<Answer> beside(const Answer& fallback);

// Whose word on the calls that nobody names is the result's: the request's, or else the ceiling's; or both count.
[[nodiscard]] bool is_asked(const Profile& asked, const Profile& ceiling);
[[nodiscard]] bool is_both(const Profile& asked, const Profile& ceiling);

}  // namespace hardened::seccomp
