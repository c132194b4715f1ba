// hardenedctl doctor: what this host is able to, and every way round its policy.
#include "ctl/doctor.h"

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "ctl/commands.h"
#include "ctl/doctor_canary.h"

namespace hardened::ctl {
namespace {

constexpr std::string_view kHostPolicy = "/etc/hardened/policy.yaml";
constexpr Option kOnly{"--only", "ID", "look for this alone; may be given several times", true};
constexpr Option kIgnore{"--ignore", "ID",
                         "do not report this: it is known and accepted; may be given several times", true};
constexpr Option kList{"--list", "", "print what would be looked for, and look for nothing"};
constexpr Option kWithCanary{"--canary", "", "start one plain container as well, and remove it"};
constexpr Option kImage{"--image", "IMAGE",
                        "of that container; the smallest that the engine has where none is named"};
constexpr Option kDockerHost{"--docker-host", "HOST", "the engine that starts it, as docker --host"};
constexpr Option kRuntime{"--runtime", "NAME",
                          "the runtime that it is started with, hardened where none is named"};
constexpr std::array kOptions{kOnly,       kIgnore,  kList,   kWithCanary, kImage,
                              kDockerHost, kRuntime, kPolicy, kJson};

constexpr std::string_view kDetails =
    "The worst comes first. Severities are critical, high, medium, low and info; from medium on the exit "
    "status is 1. "
    "What is accepted on this host is silenced by its id: --ignore other-engines. "
    "Nothing is asked of an engine, but by --canary or --only canary: what is looked at are files, processes "
    "and sockets, so "
    "it is to be "
    "run as root. JSON: {host: {id: text}, findings: [{severity, id, title, what, why, mend}], ignored: "
    "[id], checks: number}; with --list [{id, title, why}].";

struct Reported {
  const Check* check;
  Finding finding;
};

bool knows(std::string_view id) {
  if (id == kCanary.id) return true;
  for (const auto& table : check_tables()) {
    if (std::any_of(table.begin(), table.end(), [&](const Check& one) { return one.id == id; })) return true;
  }
  return false;
}

class Choice {
 public:
  explicit Choice(const Arguments& arguments)
      : only_(arguments.values(kOnly).begin(), arguments.values(kOnly).end()),
        ignored_(arguments.values(kIgnore).begin(), arguments.values(kIgnore).end()) {}

  [[nodiscard]] bool takes(std::string_view id) const {
    return !ignored_.contains(std::string(id)) && (only_.empty() || only_.contains(std::string(id)));
  }
  // Whoever names a check wants it looked for.
  [[nodiscard]] bool names(std::string_view id) const { return only_.contains(std::string(id)); }
  [[nodiscard]] const std::set<std::string>& ignored() const { return ignored_; }
  // A mistake in an id would hide what it was to show.
  [[nodiscard]] Done known() const {
    std::vector<std::string_view> ids;
    for (const auto& table : check_tables()) {
      for (const Check& check : table) ids.push_back(check.id);
    }
    for (const auto* given : {&only_, &ignored_}) {
      for (const std::string& id : *given) {
        if (knows(id)) continue;
        const std::string_view meant = nearest(id, ids);
        return Error{Fault::usage, "there is no check '" + printable(id) + "'" +
                                       (meant.empty() ? "" : ", did you mean " + std::string(meant) + "?")};
      }
    }
    return done();
  }

 private:
  std::set<std::string> only_;
  std::set<std::string> ignored_;
};

struct Report {
  std::vector<Reported> found;  // worst first
  std::size_t checks = 0;
};

Report look(const World& world, const Choice& choice) {
  Report out;
  for (const auto& table : check_tables()) {
    for (const Check& check : table) {
      if (!choice.takes(check.id)) continue;
      ++out.checks;
      for (Finding& finding : check.look(world)) out.found.push_back({&check, std::move(finding)});
    }
  }
  return out;
}

Style style_of(Severity severity) {
  if (severity >= Severity::high) return Style::bad;
  return severity == Severity::medium ? Style::doubtful : Style::faint;
}

std::string in_numbers(const std::vector<Reported>& found) {
  std::vector<std::string> out;
  for (const Severity severity :
       {Severity::critical, Severity::high, Severity::medium, Severity::low, Severity::info}) {
    const auto count = std::count_if(found.begin(), found.end(),
                                     [&](const Reported& one) { return one.finding.severity == severity; });
    if (count != 0) out.push_back(std::to_string(count) + " " + std::string(name(severity)));
  }
  return joined(out);
}

// What a check found stands together: why it matters is said once.
void print_group(const Screen& screen, const std::vector<Reported>& found, std::size_t from, std::size_t to,
                 std::string& out) {
  const Reported& first = found[from];
  out += "\n" + painted(screen, style_of(first.finding.severity), name(first.finding.severity)) + "  " +
         painted(screen, Style::strong, first.check->id) + "\n";
  for (std::size_t i = from; i < to; ++i) out += folded(found[i].finding.what, screen.width(), 2);
  out += folded("why: " + std::string(first.check->why), screen.width(), 4);
  std::set<std::string> said;
  for (std::size_t i = from; i < to; ++i) {
    if (said.insert(found[i].finding.mend).second)
      out += folded("mend: " + found[i].finding.mend, screen.width(), 4);
  }
}

void print_page(Screen& screen, const World& world, const Report& report, const Choice& choice) {
  Table host;
  for (const Ability& ability : abilities())
    host.rows.push_back({{std::string(ability.id), Style::faint}, {ability.told(world)}});
  std::string out = laid_out(screen, host);
  const auto& found = report.found;
  const auto minor = [](const Reported& one) { return one.finding.severity < Severity::low; };
  const auto infos = std::find_if(found.begin(), found.end(), minor);
  const std::string looked =
      std::to_string(report.checks) + (report.checks == 1 ? " check" : " checks") +
      (choice.ignored().empty() ? "" : ", " + std::to_string(choice.ignored().size()) + " ignored");
  out += "\n" +
         (infos == found.begin() ? "no way round the policy was found" : "found: " + in_numbers(found)) +
         " (" + looked + ")\n";
  const auto end = static_cast<std::size_t>(infos - found.begin());
  for (std::size_t from = 0, to = 0; from < end; from = to) {
    while (to < end && found[to].check == found[from].check &&
           found[to].finding.severity == found[from].finding.severity)
      ++to;
    print_group(screen, found, from, to, out);
  }
  Table notes;
  for (std::size_t i = end; i < found.size(); ++i) {
    notes.rows.push_back(
        {{"info", Style::faint}, {std::string(found[i].check->id), Style::faint}, {found[i].finding.what}});
  }
  if (!notes.rows.empty()) out += "\n" + laid_out(screen, notes);
  screen.print(out);
}

doc::Member text(std::string_view key, std::string_view value) {
  return {std::string(key), doc::Value::string(std::string(value)), {}};
}

void print_json(Screen& screen, const World& world, const Report& report, const Choice& choice) {
  std::vector<doc::Member> host;
  for (const Ability& ability : abilities()) host.push_back(text(ability.id, ability.told(world)));
  std::vector<doc::Value> findings;
  for (const Reported& one : report.found) {
    findings.push_back(
        doc::Value::object({text("severity", name(one.finding.severity)), text("id", one.check->id),
                            text("title", one.check->title), text("what", one.finding.what),
                            text("why", one.check->why), text("mend", one.finding.mend)}));
  }
  std::vector<doc::Value> ignored;
  for (const std::string& id : choice.ignored()) ignored.push_back(doc::Value::string(id));
  screen.print(doc::Value::object({{"host", doc::Value::object(std::move(host)), {}},
                                   {"findings", doc::Value::array(std::move(findings)), {}},
                                   {"ignored", doc::Value::array(std::move(ignored)), {}},
                                   {"checks", doc::Value::number(std::uint64_t{report.checks}), {}}}));
}

void add_canary(const World& world, const Arguments& arguments, Report& report) {
  CanaryWish wish;
  wish.docker_host = arguments.value(kDockerHost).value_or("");
  wish.image = arguments.value(kImage).value_or("");
  wish.runtime = arguments.value(kRuntime).value_or(wish.runtime);
  ++report.checks;
  Result<Findings> found = canary(world, wish);
  if (!found) {
    // All else was found all the same.
    report.found.push_back({&kCanary,
                            {Severity::medium, "no plain container was started: " + found.error().what,
                             "--docker-host names the engine, --image what it starts"}});
    return;
  }
  Findings all = std::move(found).value();
  for (Finding& finding : all) report.found.push_back({&kCanary, std::move(finding)});
}

Exit print_checks(Screen& screen, const Choice& choice, bool json) {
  Table table;
  std::vector<doc::Value> list;
  for (const auto& checks : check_tables()) {
    for (const Check& check : checks) {
      if (!choice.takes(check.id)) continue;
      table.rows.push_back({{std::string(check.id), Style::strong}, {std::string(check.title)}});
      list.push_back(
          doc::Value::object({text("id", check.id), text("title", check.title), text("why", check.why)}));
    }
  }
  if (json) {
    screen.print(doc::Value::array(std::move(list)));
  } else {
    screen.print(laid_out(screen, table));
  }
  return Exit::good;
}

Result<Exit> doctor(const Context& context, const Arguments& arguments) {
  const Choice choice(arguments);
  TRY(choice.known());
  if (arguments.given(kList)) return print_checks(context.screen, choice, arguments.given(kJson));
  const World world = TRY(gather(context, arguments.value(kPolicy).value_or(std::string(kHostPolicy))));
  Report report = look(world, choice);
  const bool wanted = arguments.given(kWithCanary) || choice.names(kCanary.id);
  if (wanted && choice.takes(kCanary.id)) add_canary(world, arguments, report);
  std::stable_sort(report.found.begin(), report.found.end(), [](const Reported& a, const Reported& b) {
    return a.finding.severity > b.finding.severity;
  });
  if (arguments.given(kJson)) {
    print_json(context.screen, world, report, choice);
  } else {
    print_page(context.screen, world, report, choice);
  }
  const bool good = report.found.empty() || report.found.front().finding.severity < Severity::medium;
  return good ? Exit::good : Exit::found;
}

}  // namespace

std::string_view name(Severity severity) {
  switch (severity) {
    case Severity::info: return "info";
    case Severity::low: return "low";
    case Severity::medium: return "medium";
    case Severity::high: return "high";
    case Severity::critical: return "critical";
  }
  return "critical";
}

CheckTables check_tables() {
  return {socket_checks(), engine_checks(), container_checks(), power_checks(),
          policy_checks(), waiver_checks(), host_checks()};
}

const Command kDoctor{.name = "doctor",
                      .summary = "say what this host is able to, and every way round its policy",
                      .details = kDetails,
                      .options = kOptions,
                      .operands = {},
                      .run = doctor};

}  // namespace hardened::ctl
