// hardenedctl seccomp meet A B: the most that both profiles allow, as one profile.
#include <array>

#include "controls/seccomp_changes.h"
#include "core/base/text.h"
#include "ctl/commands.h"
#include "ctl/seccomp_differences.h"
#include "ctl/seccomp_profiles.h"
#include "profiles/seccomp/meet.h"

namespace hardened::ctl {
namespace {

constexpr Operand kFirst{"A", Operand::Count::one, kProfileHelp};
constexpr Operand kSecond{"B", Operand::Count::one, "another one, the ceiling"};
constexpr Option kWhy{"--why", "",
                      "say what of A is smaller in the meet, and what could not be kept exactly, instead"};
constexpr std::array kOperands{kFirst, kSecond};
constexpr std::array kOptions{kWhy, kBounding, kArch, kKernel, kJson};

seccomp::Lowered met(const seccomp::Profile& first, const seccomp::Profile& second) {
  if (!second.confined || seccomp::excess(first, second).none()) return {first, {}};
  return seccomp::lowered(first, second, first.own);
}

void explain_as_json(Screen& screen, const std::vector<Difference>& smaller,
                     const std::vector<std::string>& notes) {
  std::vector<doc::Value> items;
  for (const std::string& note : notes) items.push_back(doc::Value::string(note));
  screen.print(doc::Value::object(
      {{"smaller", document_of(smaller), {}}, {"inexact", doc::Value::array(std::move(items)), {}}}));
}

void explain(Screen& screen, const std::string& named, const std::vector<Difference>& smaller,
             const std::vector<std::string>& notes) {
  Table table{{"call", "where", printable(named), "in the meet"}, {}};
  for (const Difference& one : gathered(smaller)) {
    table.rows.push_back({{one.what, Style::strong}, {one.when}, {one.first}, {one.second}});
  }
  if (table.rows.empty()) screen.print("the meet is " + printable(named) + " as it is\n");
  screen.print(laid_out(screen, table));
  for (const std::string& note : notes) screen.print("\n" + folded(note, screen.width(), 0));
}

Result<Exit> meet(const Context& context, const Arguments& arguments) {
  const Circumstances there = TRY(circumstances(context, arguments));
  const std::string a = *arguments.value(kFirst);
  const seccomp::Profile first = TRY(named_profile(context.host, a, there));
  const seccomp::Profile second = TRY(named_profile(context.host, *arguments.value(kSecond), there));
  const seccomp::Lowered lowered = met(first, second);
  if (!arguments.given(kWhy)) {
    context.screen.print(seccomp::write(lowered.profile, there.machine.architecture));
    return Exit::good;
  }
  const std::vector<Difference> smaller = differences(first, lowered.profile);
  const std::vector<std::string> notes = controls::notes_on(lowered.below);
  if (arguments.given(kJson)) {
    explain_as_json(context.screen, smaller, notes);
  } else {
    explain(context.screen, a, smaller, notes);
  }
  return Exit::good;
}

}  // namespace

const Command kSeccompMeet{.name = "seccomp meet",
                           .summary = "print the most that both of two profiles allow",
                           .details =
                               "Prints linux.seccomp of the runtime specification. Where both deny with an "
                               "errno, A's stays. With --why "
                               "--json: {smaller: [{what, when, first, second, more}], inexact: [text]}, "
                               "where first is A and second the "
                               "meet",
                           .options = kOptions,
                           .operands = kOperands,
                           .run = meet};

}  // namespace hardened::ctl
