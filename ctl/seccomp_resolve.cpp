// hardenedctl seccomp resolve PROFILE: a profile of Docker's format as the runtime gets it.
#include <array>

#include "ctl/commands.h"
#include "ctl/seccomp_profiles.h"

namespace hardened::ctl {
namespace {

constexpr Operand kProfile{"PROFILE", Operand::Count::one, kProfileHelp};
constexpr std::array kOperands{kProfile};
constexpr std::array kOptions{kBounding, kArch, kKernel, kJson};

Result<Exit> resolve(const Context& context, const Arguments& arguments) {
  const Circumstances there = TRY(circumstances(context, arguments));
  const seccomp::Profile profile = TRY(named_profile(context.host, *arguments.value(kProfile), there));
  context.screen.print(seccomp::write(profile, there.machine.architecture));
  return Exit::good;
}

}  // namespace

const Command kSeccompResolve{
    .name = "seccomp resolve",
    .summary = "print a profile as the runtime gets it",
    .details =
        "Prints linux.seccomp of the runtime specification: what the rules of Docker's format say for these "
        "capabilities on this machine. null is no filter at all. "
        "It is JSON with and without --json",
    .options = kOptions,
    .operands = kOperands,
    .run = resolve};

}  // namespace hardened::ctl
