#include "runtime/apparmor_load.h"

#include "controls/apparmor.h"
#include "profiles/apparmor/load_template.h"
#include "profiles/apparmor/loader.h"

namespace hardened::runtime {
namespace {

using controls::AppArmor;

Result<std::string> load(Host& host, const AppArmor::Ceiling& ceiling, const std::string& name) {
  const apparmor::Template* source = apparmor::find_template(ceiling.profile);
  const apparmor::Values values = TRY(apparmor::values_of(host));
  if (source == nullptr || apparmor::profile_name(*source, values, apparmor::tag_of(name)) != name) {
    return Error{Fault::policy,
                 name +
                     " is not loaded any more, and this host makes another profile now; create "
                     "the container anew"};
  }
  return apparmor::load_template(host, *source, name, values);
}

// Where the kernel shows it.
Result<std::string> loaded(Host& host, const AppArmor::Ceiling& ceiling, const std::string& name,
                           std::vector<std::string>& notes) {
  std::optional<std::string> entry = TRY(apparmor::entry_of(host, name));
  if (!entry) {
    std::string note = TRY(load(host, ceiling, name));
    if (!note.empty()) notes.push_back(std::move(note));
    entry = TRY(apparmor::entry_of(host, name));
  }
  if (!entry) return Error{Fault::policy, name + " was unloaded as soon as it was loaded"};
  return *std::move(entry);
}

Result<std::optional<std::string>> observe(Host& host, const AppArmor::Ceiling& ceiling) {
  const bool enabled = TRY(apparmor::enabled(host));
  const apparmor::Template* source = apparmor::find_template(ceiling.profile);
  if (!enabled || source == nullptr) return std::optional<std::string>();
  apparmor::Values values = TRY(apparmor::values_of(host));
  values.observe = true;
  std::string name = apparmor::profile_name(*source, values, "");
  TRY(apparmor::load_template(host, *source, name, values));
  return std::optional<std::string>(std::move(name));
}

}  // namespace

Result<LoadedProfiles> load_profiles(Host& host, const config::Policy& policy, const CallDocument& document,
                                     const Plan& plan) {
  LoadedProfiles profiles;
  const auto& rule = policy.rule<AppArmor>();
  const controls::AppArmorLabel& granted = grant_of<AppArmor>(plan.grants);
  for (const std::string& part : granted.parts) {
    if (!apparmor::is_own_name(part)) continue;
    profiles.entries.push_back(TRY(loaded(host, rule.ceiling, part, profiles.notes).within("AppArmor")));
  }
  const bool asks_for_none = !granted.kept && granted.parts.empty();
  const bool observed = rule.on_excess == controls::OnExcess::observe && asks_for_none;
  if (!observed || document.scope != controls::Scope::bundle) return profiles;
  profiles.observing = observe(host, rule.ceiling).value_or(std::nullopt);
  return profiles;
}

std::string own_profile(const doc::Value& process) {
  const doc::Value* label = process.find("apparmorProfile");
  if (label == nullptr) return "";
  for (std::string& part : controls::label_of(label->text(), {}).parts) {
    if (!apparmor::tag_of(part).empty()) return std::move(part);
  }
  return "";
}

void unload_own_profile(Host& host, const std::string& name, const std::function<bool()>& awaited) {
  static_cast<void>(apparmor::unload_unused(host, name, awaited).ok());
}

}  // namespace hardened::runtime
