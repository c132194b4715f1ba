// hardenedctl seccomp diff A B: in what two profiles differ.
#include <algorithm>
#include <array>
#include <iterator>

#include "core/base/text.h"
#include "ctl/commands.h"
#include "ctl/seccomp_differences.h"
#include "ctl/seccomp_profiles.h"

namespace hardened::ctl {
namespace {

constexpr Operand kFirst{"A", Operand::Count::one, kProfileHelp};
constexpr Operand kSecond{"B", Operand::Count::one, "another one"};
constexpr std::array kOperands{kFirst, kSecond};
constexpr std::array kOptions{kBounding, kArch, kKernel, kJson};

std::vector<Cell> row(const Difference& one, bool where) {
  const Style first = one.more == More::first ? Style::doubtful : Style::plain;
  const Style second = one.more == More::second ? Style::doubtful : Style::plain;
  std::vector<Cell> cells{{one.what, Style::strong}};
  if (where) cells.push_back({one.when, Style::plain});
  cells.insert(cells.end(), {{one.first, first}, {one.second, second}});
  return cells;
}

// "A allows more than B", and its rows.
void show(Screen& screen, const std::vector<Difference>& all, More more, const std::string& title,
          const std::array<std::string, 2>& sides) {
  std::vector<Difference> some;
  std::copy_if(all.begin(), all.end(), std::back_inserter(some),
               [&](const Difference& one) { return one.more == more; });
  if (some.empty()) return;
  const bool where =
      std::any_of(some.begin(), some.end(), [](const Difference& one) { return !one.when.empty(); });
  Table table{{"call"}, {}};
  if (where) table.heads.emplace_back("where");
  table.heads.insert(table.heads.end(), sides.begin(), sides.end());
  for (const Difference& one : some) table.rows.push_back(row(one, where));
  screen.print(painted(screen, Style::strong, title) + "\n" + laid_out(screen, table) + "\n");
}

Result<Exit> diff(const Context& context, const Arguments& arguments) {
  const Circumstances there = TRY(circumstances(context, arguments));
  const std::string a = *arguments.value(kFirst);
  const std::string b = *arguments.value(kSecond);
  const seccomp::Profile first = TRY(named_profile(context.host, a, there));
  const seccomp::Profile second = TRY(named_profile(context.host, b, there));
  const std::vector<Difference> all = differences(first, second);
  const Exit exit = all.empty() ? Exit::good : Exit::found;
  if (arguments.given(kJson)) {
    context.screen.print(doc::Value::object({{"first", doc::Value::string(a), {}},
                                             {"second", doc::Value::string(b), {}},
                                             {"equal", doc::Value::boolean(all.empty()), {}},
                                             {"differences", document_of(all), {}}}));
    return exit;
  }
  const std::string left = printable(a);
  const std::string right = printable(b);
  if (all.empty()) context.screen.print(left + " and " + right + " allow and deny the same\n");
  const std::vector<Difference> rows = gathered(all);
  const std::array<std::string, 2> sides{left, right};
  show(context.screen, rows, More::first, left + " allows more than " + right, sides);
  show(context.screen, rows, More::second, right + " allows more than " + left, sides);
  show(context.screen, rows, More::neither, "denied by both, in other words", sides);
  return exit;
}

}  // namespace

const Command kSeccompDiff{.name = "seccomp diff",
                           .summary = "show what one profile allows and another does not",
                           .details =
                               "Compares what the rules mean for every call and all its arguments, not their "
                               "words. Exit status 0: they "
                               "allow and deny the same; 1: they differ. JSON: {first, second, equal, "
                               "differences: [{what, when, first, "
                               "second, more: first | second | neither}]}",
                           .options = kOptions,
                           .operands = kOperands,
                           .run = diff};

}  // namespace hardened::ctl
