#include "profiles/seccomp/parse.h"

#include <algorithm>
#include <utility>

#include "profiles/seccomp/parse_rule.h"

namespace hardened::seccomp {
namespace {

// Conditions on one argument alone become a case of their own for each name of the rule (see reading.h), and each
// is compared with all of the ceiling's. Profiles of engines have some four hundred.
constexpr std::size_t kMostCases = 65536;

Result<Rule> parse_rule(const doc::Cursor& object) {
  if (object.kind() != doc::Kind::object) return object.error("expected an object");
  std::optional<std::vector<std::string>> names = TRY(detail::words(object, "names"));
  return detail::rule_with(object, std::move(names).value_or(std::vector<std::string>{}));
}

Result<std::vector<Rule>> parse_rules(const doc::Cursor& section) {
  std::vector<Rule> out;
  const std::optional<doc::Cursor> list = section.find("syscalls");
  if (!list) return out;
  const std::vector<doc::Cursor> items = TRY(list->items().within("syscalls"));
  out.reserve(items.size());
  std::size_t cases = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    Result<Rule> rule = parse_rule(items[i]);
    if (!rule) return std::move(rule).error().within(detail::title(i, items[i]));
    cases += rule->names.size() * std::max<std::size_t>(rule->conditions.size(), 1);
    if (cases > kMostCases)
      return items[i].error("more than " + std::to_string(kMostCases) + " calls and conditions");
    out.push_back(std::move(rule).value());
  }
  return out;
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
  profile.rules = TRY(parse_rules(section));
  if (says_nothing(section)) return Profile::unconfined();
  profile.fallback = TRY(detail::answer_at(section, "defaultAction", "defaultErrnoRet"));
  const std::vector<Architecture> listed = TRY(detail::architectures(section, "architectures"));
  set_architectures(profile, listed, own);
  profile.flags = TRY(detail::flags(section));
  profile.listener_path = TRY(detail::word(section, "listenerPath"));
  profile.listener_metadata = TRY(detail::word(section, "listenerMetadata"));
  return profile;
}

}  // namespace hardened::seccomp
