#include "profiles/seccomp/parse.h"

#include <algorithm>
#include <utility>

#include "profiles/seccomp/parse_rule.h"

namespace hardened::seccomp {
namespace {

Result<Rule> parse_rule(const doc::Cursor& object) {
  if (object.kind() != doc::Kind::object) return object.error("expected an object");
  std::optional<std::vector<std::string>> names = TRY(detail::words(object, "names"));
  return detail::rule_with(object, std::move(names).value_or(std::vector<std::string>{}), "");
}

// An empty string is an absent one to Go's decoder.
bool says_nothing(const doc::Cursor& section) {
  const std::optional<doc::Cursor> rules = section.find("syscalls");
  if (rules && !rules->value().items().empty()) return false;
  const std::optional<doc::Cursor> action = section.find("defaultAction");
  return !action || (action->kind() == doc::Kind::string && action->value().text().empty());
}

}  // namespace

void set_architectures(Profile& profile, const std::vector<Architecture>& listed, Architecture own) {
  profile.own = own;
  for (const Architecture architecture : listed) {
    if (architecture == own) {
      profile.own_listed = true;
    } else if (std::find(profile.foreign.begin(), profile.foreign.end(), architecture) ==
               profile.foreign.end()) {
      profile.foreign.push_back(architecture);
    }
  }
}

Result<Profile> parse_section(const doc::Cursor& section, Architecture own) {
  if (section.kind() != doc::Kind::object) return section.error("a seccomp profile is an object");
  Profile profile;
  profile.rules = TRY(detail::rules_at<Rule>(section, parse_rule));
  if (says_nothing(section)) return Profile::unconfined();
  profile.fallback = TRY(detail::answer_at(section, {"defaultAction", "defaultErrnoRet", ""}));
  const std::vector<Architecture> listed = TRY(detail::architectures(section, "architectures"));
  set_architectures(profile, listed, own);
  profile.flags = TRY(detail::flags(section));
  profile.listener_path = TRY(detail::word(section, "listenerPath"));
  profile.listener_metadata = TRY(detail::word(section, "listenerMetadata"));
  return profile;
}

}  // namespace hardened::seccomp
