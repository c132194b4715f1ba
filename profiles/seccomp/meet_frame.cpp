#include "profiles/seccomp/meet_frame.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "profiles/seccomp/order.h"

namespace hardened::seccomp {
namespace {

bool has(const std::vector<Architecture>& list, Architecture architecture) {
  return std::find(list.begin(), list.end(), architecture) != list.end();
}

std::optional<std::vector<std::string>> flags(const Profile& asked, const Profile& ceiling) {
  if (!allows_speculation(asked) || allows_speculation(ceiling)) return asked.flags;
  std::vector<std::string> kept = asked.flags.value_or(std::vector<std::string>{});
  kept.erase(std::remove(kept.begin(), kept.end(), "SECCOMP_FILTER_FLAG_SPEC_ALLOW"), kept.end());
  return kept;
}

}  // namespace

Answer unheard(const Answer& answer) {
  return answer.action == Action::notify ? Answer{Action::error, kEnosys} : answer;
}

std::optional<Answer> beside(const Answer& fallback) {
  switch (fallback.action) {
    case Action::kill_process: return std::nullopt;
    case Action::kill_thread: return Answer{Action::kill_process, 0};
    case Action::trap: return Answer{Action::kill_thread, 0};
    default: return Answer{Action::error, fallback.code == kEnosys ? kEperm : kEnosys};
  }
}

bool is_asked(const Profile& asked, const Profile& ceiling) {
  return asked.fallback.action <= ceiling.fallback.action;
}
bool is_both(const Profile& asked, const Profile& ceiling) {
  return ends(asked.fallback) && ends(ceiling.fallback);
}

Profile frame_of(const Profile& asked, const Profile& ceiling, Architecture own) {
  Profile out;
  out.own = own;
  out.fallback = unheard(stricter(asked.fallback, ceiling.fallback));
  for (const Architecture architecture : asked.foreign) {
    if (has(ceiling.foreign, architecture)) out.foreign.push_back(architecture);
  }
  out.own_listed = is_asked(asked, ceiling) ? asked.own_listed : ceiling.own_listed;
  if (is_both(asked, ceiling)) out.own_listed = asked.own_listed && ceiling.own_listed;
  out.flags = flags(asked, ceiling);
  return out;
}

}  // namespace hardened::seccomp
