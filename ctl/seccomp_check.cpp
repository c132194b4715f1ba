// hardenedctl seccomp check PROFILE…: everything that is wrong with them.
#include <algorithm>
#include <array>
#include <memory>
#include <tuple>
#include <utility>

#include "config/load.h"
#include "controls/seccomp_ceiling.h"
#include "core/base/text.h"
#include "core/doc/json.h"
#include "ctl/commands.h"
#include "ctl/seccomp_judged.h"

namespace hardened::ctl {
namespace {

using controls::Seccomp;
using seccomp::Severity;

constexpr Operand kProfiles{"PROFILE", Operand::Count::some,
                            "files in Docker's format or the specification's, or a config.json"};
constexpr Option kUnder{"--under", "POLICY",
                        "a profile that allows more than the ceiling of this policy is wrong too"};
constexpr std::array kOperands{kProfiles};
constexpr std::array kOptions{kUnder, kBounding, kArch, kKernel, kJson};

struct Ceiling {
  std::string name;
  seccomp::Profile profile;
};

// As controls/seccomp.h bounds a container that is granted these capabilities.
Result<Ceiling> ceiling_of(const Context& context, const std::string& path, const Circumstances& there) {
  File file = TRY(context.host.read(path, config::kLargestPolicy, Links::follow));
  const config::Policy policy = TRY(config::parse_policy(path, std::move(file.bytes)));
  const Seccomp::Ceiling& rule = policy.rule<Seccomp>().ceiling;
  Seccomp::Facts facts{there.machine, true, {}, {}, {}, {}};
  if (!rule.file.empty()) {
    File profile = TRY(context.host.read(rule.file, kLargestProfile, Links::follow));
    auto parsed = TRY(controls::ceiling_profile(rule.file, std::move(profile.bytes)));
    facts.file = std::make_shared<const seccomp::DockerProfile>(std::move(parsed));
  }
  controls::Earlier<Seccomp> earlier;
  std::get<0>(earlier).sets[0] = there.bounding;
  return Ceiling{printable(path) + "'s profile " + controls::name_of(rule),
                 Seccomp::bound(rule, facts, earlier).profile};
}

Result<Ceiling> ceiling(const Context& context, const Arguments& arguments, const Circumstances& there) {
  if (const auto path = arguments.value(kUnder)) return ceiling_of(context, *path, there);
  seccomp::Profile profile = TRY(named_profile(context.host, "default", there));
  return Ceiling{"the default profile", std::move(profile)};
}

struct Shown {
  std::string_view word;
  Style style;
};
Shown shown(Severity severity) {
  switch (severity) {
    case Severity::note: return {"note", Style::faint};
    case Severity::warning: return {"warning", Style::doubtful};
    case Severity::error: break;
  }
  return {"error", Style::bad};
}

std::string place_of(const std::string& path, doc::Position place) {
  return printable(path) + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": ";
}

// One profile, looked at.
struct Checked {
  std::string path;
  Judged judged;
  std::string excess;  // above the ceiling
};

std::string_view loading(const Judged& judged) {
  if (!judged.loads) return "";
  return *judged.loads ? "runc loads it; " : "runc does not load it; ";
}

void print(Screen& screen, const Checked& one, const std::string& ceiling) {
  for (const Remark& remark : one.judged.remarks) {
    const auto [word, style] = shown(remark.severity);
    if (remark.placed) {
      screen.print(remark.message + "\n");
      continue;
    }
    screen.print(place_of(one.path, remark.place) + painted(screen, style, word) + ": " + remark.message +
                 "\n");
  }
  if (!one.judged.profile) return;
  const std::string bound = one.excess.empty() ? "it allows no more than " + ceiling
                                               : "it allows more than " + ceiling + ": " + one.excess;
  screen.print(printable(one.path) + ": " + std::string(loading(one.judged)) + bound + "\n");
}

doc::Value document_of(const Checked& one) {
  std::vector<doc::Value> remarks;
  for (const Remark& remark : one.judged.remarks) {
    const auto line = static_cast<std::uint64_t>(remark.place.line);
    const auto column = static_cast<std::uint64_t>(remark.place.column);
    remarks.push_back(
        doc::Value::object({{"severity", doc::Value::string(std::string(shown(remark.severity).word)), {}},
                            {"line", remark.placed ? doc::Value() : doc::Value::number(line), {}},
                            {"column", remark.placed ? doc::Value() : doc::Value::number(column), {}},
                            {"message", doc::Value::string(remark.message), {}}}));
  }
  return doc::Value::object(
      {{"profile", doc::Value::string(one.path), {}},
       {"read", doc::Value::boolean(one.judged.profile.has_value()), {}},
       {"loads", one.judged.loads ? doc::Value::boolean(*one.judged.loads) : doc::Value(), {}},
       {"above", doc::Value::string(one.excess), {}},
       {"remarks", doc::Value::array(std::move(remarks)), {}}});
}

Result<Checked> checked(const Context& context, const std::string& path, const Circumstances& there,
                        const Ceiling& most) {
  File file = TRY(context.host.read(path, kLargestProfile, Links::follow));
  Checked out{path, {}, ""};
  const auto document = doc::read_json(path, std::move(file.bytes));
  if (!document) {
    out.judged.remarks.push_back({{}, Severity::error, document.error().what, true});
    return out;
  }
  out.judged = judge(*document, there);
  if (out.judged.profile) out.excess = above(*out.judged.profile, most.profile);
  return out;
}

bool is_wrong(const Checked& one, bool bounded) {
  const auto& remarks = one.judged.remarks;
  return (bounded && !one.excess.empty()) ||
         std::any_of(remarks.begin(), remarks.end(),
                     [](const Remark& remark) { return remark.severity != Severity::note; });
}

Result<Exit> check(const Context& context, const Arguments& arguments) {
  const Circumstances there = TRY(circumstances(context, arguments));
  const Ceiling most = TRY(ceiling(context, arguments, there));
  Exit exit = Exit::good;
  std::vector<doc::Value> items;
  for (const std::string& path : arguments.values(kProfiles)) {
    const Checked one = TRY(checked(context, path, there, most));
    if (is_wrong(one, arguments.given(kUnder))) exit = Exit::found;
    if (arguments.given(kJson)) {
      items.push_back(document_of(one));
    } else {
      print(context.screen, one, most.name);
    }
  }
  if (arguments.given(kJson)) context.screen.print(doc::Value::array(std::move(items)));
  return exit;
}

}  // namespace

const Command kSeccompCheck{
    .name = "seccomp check",
    .summary = "say everything that is wrong with seccomp profiles",
    .details =
        "Looks for what cannot be read, rules that do not do what they seem to, calls that nobody knows, and "
        "whether runc could load it. Exit status 1: an error or a warning, or, with --under, more than the "
        "policy "
        "allows. JSON: [{profile, read, loads, above, remarks: [{severity, line, column, message}]}]",
    .options = kOptions,
    .operands = kOperands,
    .run = check};

}  // namespace hardened::ctl
