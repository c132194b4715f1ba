// hardenedctl check POLICY…: everything that is wrong with them.
#include <array>

#include "config/load.h"
#include "core/base/text.h"
#include "ctl/commands.h"

namespace hardened::ctl {
namespace {

constexpr Operand kPolicies{"POLICY", Operand::Count::some, "the files to look at"};
constexpr std::array kOperands{kPolicies};
constexpr std::array kOptions{kJson};

Result<Exit> check(const Context& context, const Arguments& arguments) {
  Exit exit = Exit::good;
  for (const std::string& path : arguments.values(kPolicies)) {
    File file = TRY(context.host.read(path, config::kLargestPolicy, Links::follow));
    const auto policy = config::parse_policy(path, std::move(file.bytes));
    if (policy) continue;
    exit = Exit::found;
    context.screen.print(policy.error().what + "\n");
  }
  return exit;
}

}  // namespace

const Command kCheck{.name = "check",
                     .summary = "say everything that is wrong with policies",
                     .details = "",
                     .options = kOptions,
                     .operands = kOperands,
                     .run = check};

}  // namespace hardened::ctl
