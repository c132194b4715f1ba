// hardenedctl apparmor from-bane FILE.toml: the profile that a file of bane's describes.
#include <array>
#include <utility>

#include "core/base/text.h"
#include "ctl/apparmor_profiles.h"
#include "ctl/bane.h"
#include "ctl/commands.h"
#include "ctl/toml.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kLargestBane = std::size_t{1} << 18U;
constexpr Operand kFile{"FILE", Operand::Count::one, "the file, in TOML"};
constexpr std::array kOperands{kFile};
constexpr std::array kOptions{kJson};

// Behind a # no directive may stand.
std::string heading(const Bane& bane, const std::string& path) {
  return "# " + bane.name + ", made by hardenedctl apparmor from-bane " + printable(path) +
         "\n# load it: apparmor_parser -r FILE; use it: docker run --security-opt apparmor=" + bane.name +
         "\n";
}

Result<Exit> from_bane(const Context& context, const Arguments& arguments) {
  const std::string path = *arguments.value(kFile);
  File file = TRY(context.host.read(path, kLargestBane, Links::follow));
  const doc::Document document = TRY(read_toml(path, std::move(file.bytes)));
  const auto bane = parse_bane(document);
  if (!bane) {
    context.screen.complain(bane.error().what + "\n");
    return Exit::found;
  }
  const apparmor::Values values = TRY(values_here(context.host));
  const std::string text = TRY(profile_of(*bane, values));
  const std::string whole = heading(*bane, path) + text;
  for (const std::string& remark : remarks_on(*bane)) context.screen.complain(printable(remark, 1024) + "\n");
  if (arguments.given(kJson)) {
    context.screen.print(doc::Value::object(
        {{"name", doc::Value::string(bane->name), {}}, {"profile", doc::Value::string(whole), {}}}));
  } else {
    context.screen.print(whole);
  }
  return Exit::good;
}

}  // namespace

const Command kApparmorFromBane{.name = "apparmor from-bane",
                                .summary = "make an AppArmor profile of a file of bane's",
                                .details =
                                    "Prints docker-default without what the file denies, for "
                                    "apparmor_parser. Where the policy says custom: stack, the "
                                    "host's own profile holds beside it, and no more than both allow is "
                                    "granted. What is not denied stays "
                                    "allowed: WritablePaths and AllowExec forbid nothing else. Paths are "
                                    "those that links lead to: where /bin is "
                                    "a link to usr/bin, it is /usr/bin/dash that is executed. Exit status 1: "
                                    "the file is wrong, and standard "
                                    "error says where. JSON: {name, profile: its text}",
                                .options = kOptions,
                                .operands = kOperands,
                                .run = from_bane};

}  // namespace hardened::ctl
