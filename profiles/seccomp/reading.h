// What a profile says of each call by its name, once runc and libseccomp have read its rules.
//
//   const Reading reading(profile);
//   reading.of("personality")     Outlook: allow in five boxes, the fallback otherwise
//   reading.of("no_such_call")    the fallback, always
//
// How they read them (measured with runc 1.1.5 and libseccomp 2.5.4; db.c, db_rule_add):
//   * A rule whose answer is exactly the fallback is dropped (runc, matchCall), also where it stands beside
//     an allow.
//   * The first rule without conditions decides the call; all others of that name are lost.
//   * Of several rules with conditions any that matches counts. Where rules of different actions both
//     match, the result depends on libseccomp's tree: so we take it to be the strictest possible when we
//     look for what a profile is sure to deny, and each of them when we look for what it may allow.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "profiles/seccomp/condition.h"
#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

// The rules of one call as they stand.
struct CallRules {
  struct When {
    Answer answer;
    Box box;
  };
  std::optional<Answer> always;
  std::vector<When> when;    // of no meaning beside `always`
  bool first_on_narrow = false;  // one of `when` is no condition to a 32-bit architecture
};

// At or below what the call really gets: `inside` in any of the boxes, `outside` elsewhere.
struct Outlook {
  Answer inside;
  std::vector<Box> boxes;
  Answer outside;

  [[nodiscard]] static Outlook always(const Answer& answer) {
    return {answer, {Box{}}, answer};
  }  // inside is outside
  [[nodiscard]] bool is_always() const { return boxes.size() == 1 && boxes.front().empty(); }
};

class Reading {
 public:
  // Keeps pointers into the profile.
  explicit Reading(const Profile& profile);

  [[nodiscard]] const Answer& fallback() const { return profile_->fallback; }
  // Does runc answer ENOSYS, before this filter, to calls newer than all that the profile names? (patchbpf,
  // enosys_linux.go: on each listed architecture, unless the fallback lets calls through.)
  [[nodiscard]] bool answers_enosys() const;
  // Each name once, in the order of the profile; also those whose rules are all dropped.
  [[nodiscard]] const std::vector<std::string_view>& names() const { return names_; }
  [[nodiscard]] bool mentions(std::string_view call) const { return rules_.find(call) != rules_.end(); }
  // No rules at all for a name that it does not mention.
  [[nodiscard]] const CallRules& rules(std::string_view call) const;
  [[nodiscard]] Outlook of(std::string_view call) const;

 private:
  void add(const Rule& rule);

  const Profile* profile_;
  std::vector<std::string_view> names_;
  std::unordered_map<std::string_view, CallRules> rules_;
};

}  // namespace hardened::seccomp
