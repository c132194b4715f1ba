// hardenedctl apparmor render: the text of the profile that the policy has loaded for containers.
#include "ctl/apparmor_profiles.h"
#include "ctl/commands.h"

namespace hardened::ctl {
namespace {

Result<Exit> render(const Context& context, const Arguments& arguments) {
  const Chosen chosen = TRY(chosen_profile(context, arguments));
  const std::string text = TRY(apparmor::render(*chosen.source, chosen.name, chosen.values));
  if (arguments.given(kJson)) {
    context.screen.print(doc::Value::object(
        {{"name", doc::Value::string(chosen.name), {}}, {"profile", doc::Value::string(text), {}}}));
  } else {
    context.screen.print(text);
  }
  return Exit::good;
}

}  // namespace

const Command kApparmorRender{
    .name = "apparmor render",
    .summary = "print the profile that holds for containers, as apparmor_parser takes it",
    .details =
        "It depends on what /etc/apparmor.d has and on the label that the runtime runs under. The digits of "
        "its name "
        "are those of its content. JSON: {name, profile: its text}",
    .options = kProfileOptions,
    .operands = {},
    .run = render};

}  // namespace hardened::ctl
