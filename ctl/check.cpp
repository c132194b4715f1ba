// hardenedctl check POLICY…: everything that is wrong with them, and what they open.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/base/text.h"
#include "ctl/check_report.h"
#include "ctl/commands.h"
#include "ctl/escapes.h"
#include "ctl/value_text.h"

namespace hardened::ctl {
namespace {

constexpr Operand kPolicies{"POLICY", Operand::Count::some, "the files to look at"};
constexpr Option kEffective{"--effective", "", "print every rule with all its keys, and who says each"};
constexpr std::array kOperands{kPolicies};
constexpr std::array kOptions{kEffective, kJson};

constexpr std::string_view kDetails =
    "Prints all faults of all files at once, each with its place. A policy that others than root could "
    "change is looked at all the same, but calls of the runtime refuse it: below /etc/hardened, where they "
    "read, that is a fault, elsewhere it is said.\n"
    "Of each waiver it prints which ways out of a container it opens again, by their ids in "
    "tests/vm/escapes. One whose ceiling is not above the rule's raises nothing, where that can be told "
    "without "
    "a request.\n"
    "--json: a list of {policy, id, wrong: [{line, column, message}], warnings, waivers: [{name, from, "
    "because, "
    "controls, not_raised, reopens: [{escape, what}], expires, expired}], effective: {settings, controls: "
    "{NAME: {KEY: "
    "{value, from}}}}}; "
    "`unread` says why a file could not be read.\n"
    "Exit status 1 where a file is wrong, 3 where one cannot be read; warnings and waivers leave it 0.";

std::string counted(std::size_t number, std::string_view what) {
  return std::to_string(number) + " " + std::string(what) + (number == 1 ? "" : "s");
}

void print_keys(Table& table, const std::string& head, const std::vector<KeyText>& keys) {
  for (const KeyText& key : keys) {
    const bool first = &key == &keys.front();
    const bool own = key.from.find(':') != std::string::npos;
    table.rows.push_back({{first ? head : "", Style::strong},
                          {key.key},
                          {flow(key.value)},
                          {key.from, own ? Style::good : Style::faint}});
  }
}

void print_effective(const Context& context, const config::Source& source) {
  Table table{{"control", "key", "value", "from"}, {}};
  for (const RuleText& rule : rules_of(source)) print_keys(table, rule.control, rule.keys);
  print_keys(table, "settings", settings_of(source));
  context.screen.print(laid_out(context.screen, table));
}

constexpr std::string_view kNothing = "raises nothing: its ceiling is not above the rule's";

std::string raised(const WaiverReport& waiver) {
  std::vector<std::string> names = waiver.controls;
  const auto idle = [&](const std::string& name) {
    return std::find(waiver.not_raised.begin(), waiver.not_raised.end(), name) != waiver.not_raised.end();
  };
  names.erase(std::remove_if(names.begin(), names.end(), idle), names.end());
  return joined(names);
}

void print_raised(Screen& screen, const WaiverReport& waiver, const std::string& head,
                  const std::string& names) {
  screen.print(head + "raises " + names + " for every user of the engine who may start that image, " +
               (waiver.expires.empty() ? "without an end" : "up to " + waiver.expires) + "\n");
  for (const std::string& idle : waiver.not_raised)
    screen.print("  " + painted(screen, Style::doubtful, "warning:") + " of " + idle + " it " +
                 std::string(kNothing) + "\n");
  std::string opens;
  for (const std::string& id : waiver.reopens)
    opens += (opens.empty() ? "opens again: " : "; ") + id + " " + std::string(escape_named(id));
  if (opens.empty()) opens = "opens none of the known escapes again";
  screen.print(folded(opens, screen.width(), 2));
}

void print_waiver(const Context& context, const WaiverReport& waiver) {
  Screen& screen = context.screen;
  const std::string head = "waiver " + printable(waiver.name) + " (" + waiver.from + "): ";
  if (waiver.expired) {
    screen.print(painted(screen, Style::doubtful, head + "expired on " + waiver.expires + ", take it out") +
                 "\n");
    return;
  }
  const std::string names = raised(waiver);
  if (names.empty()) {
    screen.print(head + painted(screen, Style::doubtful, "warning:") + " " + std::string(kNothing) + "\n");
  } else {
    print_raised(screen, waiver, head, names);
  }
  screen.print(folded("because: " + printable(waiver.because, 1000), screen.width(), 2));
}

void print_report(const Context& context, const PolicyReport& report, bool effective) {
  Screen& screen = context.screen;
  const std::string path = printable(report.path, 4096);
  for (const Diagnostic& one : report.wrong) screen.print(one.shown + "\n");
  for (const std::string& warning : report.warnings)
    screen.print(painted(screen, Style::doubtful, path + ": warning:") + " " + warning + "\n");
  for (const WaiverReport& waiver : report.waivers) print_waiver(context, waiver);
  if (effective && report.policy) print_effective(context, *report.policy->source);
  if (!report.wrong.empty()) {
    screen.print(painted(screen, Style::bad, path + ": wrong, " + counted(report.wrong.size(), "fault")) +
                 "\n");
  } else if (report.untrusted) {
    screen.print(
        painted(screen, Style::doubtful, path + ": right in itself, but no call takes it from here") + "\n");
  } else {
    screen.print(painted(screen, Style::good, path + ": good") + "\n");
  }
}

Result<Exit> check(const Context& context, const Arguments& arguments) {
  Exit exit = Exit::good;
  std::vector<doc::Value> all;
  const bool json = arguments.given(kJson);
  const bool effective = arguments.given(kEffective);
  for (const std::string& path : arguments.values(kPolicies)) {
    const PolicyReport report = look_at_policy(context.host, path);
    if (report.unread) context.screen.complain("hardenedctl: " + report.unread->what + "\n");
    exit = std::max(exit, report.unread ? Exit::failed : report.wrong.empty() ? Exit::good : Exit::found);
    if (json) {
      all.push_back(json_of(report, effective));
    } else if (!report.unread) {
      print_report(context, report, effective);
    }
  }
  if (json) context.screen.print(doc::Value::array(std::move(all)));
  return exit;
}

}  // namespace

const Command kCheck{.name = "check",
                     .summary = "say everything that is wrong with policies, and what their waivers open",
                     .details = kDetails,
                     .options = kOptions,
                     .operands = kOperands,
                     .run = check};

}  // namespace hardened::ctl
