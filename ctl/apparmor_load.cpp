// hardenedctl apparmor load: that profile, brought into the kernel as a create would.
#include "ctl/apparmor_profiles.h"
#include "ctl/commands.h"
#include "profiles/apparmor/load_template.h"
#include "profiles/apparmor/loader.h"

namespace hardened::ctl {
namespace {

Result<Exit> load(const Context& context, const Arguments& arguments) {
  const bool enabled = TRY(apparmor::enabled(context.host));
  if (!enabled) {
    return Error{Fault::policy,
                 "this kernel has no AppArmor, or it was switched off when it booted: nothing can be loaded; "
                 "boot with "
                 "apparmor=1 security=apparmor"};
  }
  const Chosen chosen = TRY(chosen_profile(context, arguments));
  const bool before = TRY(apparmor::is_loaded(context.host, chosen.name));
  const std::string note =
      TRY(apparmor::load_template(context.host, *chosen.source, chosen.name, chosen.values));
  if (arguments.given(kJson)) {
    context.screen.print(doc::Value::object(
        {{"name", doc::Value::string(chosen.name), {}}, {"was_loaded", doc::Value::boolean(before), {}}}));
  } else {
    context.screen.print(chosen.name + (before ? " was loaded already\n" : " is loaded\n"));
  }
  if (!note.empty()) context.screen.complain("hardenedctl: " + note + "\n");
  return Exit::good;
}

}  // namespace

const Command kApparmorLoad{.name = "apparmor load",
                            .summary = "load the profile that holds for containers into the kernel",
                            .details =
                                "Creates do that by themselves; this shows beforehand that it works. JSON: "
                                "{name, was_loaded: before}. Exit "
                                "status 3: this host cannot",
                            .options = kProfileOptions,
                            .operands = {},
                            .run = load};

}  // namespace hardened::ctl
