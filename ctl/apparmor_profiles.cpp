#include "ctl/apparmor_profiles.h"

#include <optional>
#include <utility>

#include "config/load.h"
#include "core/base/text.h"
#include "profiles/apparmor/loader.h"

namespace hardened::ctl {
namespace {

// What the policy calls it; "" for none.
Result<std::string> profile_of_policy(const Context& context, const Arguments& arguments) {
  const std::string path = arguments.value(kPolicy).value_or(std::string(kHostPolicy));
  File file = TRY(context.host.read(path, config::kLargestPolicy, Links::follow));
  const config::Policy policy = TRY(config::parse_policy(path, std::move(file.bytes)));
  const auto& ceiling = policy.rule<controls::AppArmor>().ceiling;
  if (ceiling.unconfined)
    return Error{Fault::policy,
                 printable(path) + " says that containers run unconfined; name one with --profile"};
  return ceiling.profile;
}

}  // namespace

Result<apparmor::Values> values_here(Host& host) {
  const bool enabled = TRY(apparmor::enabled(host));
  if (enabled) return apparmor::values_of(host);
  apparmor::Values values;
  values.installed = apparmor::installed(host);
  return values;
}

Result<Chosen> chosen_profile(const Context& context, const Arguments& arguments) {
  const std::optional<std::string> named = arguments.value(kTemplate);
  std::string profile = named.value_or("");
  if (!named) profile = TRY(profile_of_policy(context, arguments));
  Chosen chosen;
  chosen.source = apparmor::find_template(profile);
  if (chosen.source == nullptr) {
    return Error{Fault::usage, "no profile '" + printable(profile) +
                                   "' is shipped, they are docker-default and "
                                   "hardened-default"};
  }
  chosen.values = TRY(values_here(context.host));
  for (const std::string& peer : arguments.values(kPeer)) chosen.values.runtime_peers.push_back(peer);
  chosen.values.observe = arguments.given(kObserving);
  const std::optional<std::string> id = arguments.value(kContainer);
  chosen.name = apparmor::profile_name(*chosen.source, chosen.values, id ? controls::profile_tag(*id) : "");
  return chosen;
}

}  // namespace hardened::ctl
