#include "ctl/check_report.h"

#include <algorithm>
#include <utility>

#include "config/load.h"
#include "config/reopens.h"
#include "core/base/canonical.h"
#include "core/base/text.h"
#include "core/doc/cursor.h"
#include "core/doc/json.h"
#include "ctl/escapes.h"
#include "ctl/value_text.h"
#include "runtime/plan.h"

namespace hardened::ctl {
namespace {

using doc::Member;
using doc::Value;

constexpr std::string_view kContinued = " | ";  // how a document shows a line of its own (core/doc/value.h)

// "12:5: what" behind "path:".
void place(std::string_view rest, Diagnostic& diagnostic) {
  unsigned long long line = 0;
  unsigned long long column = 0;
  const std::size_t first = rest.find(':');
  const std::size_t second = first == std::string_view::npos ? first : rest.find(':', first + 1);
  if (second == std::string_view::npos || !parse_decimal(rest.substr(0, first), line) ||
      !parse_decimal(rest.substr(first + 1, second - first - 1), column))
    return;
  diagnostic.line = static_cast<std::uint32_t>(line);
  diagnostic.column = static_cast<std::uint32_t>(column);
  diagnostic.message = rest.substr(std::min(second + 2, rest.size()));
}

// As it would be reached by a runtime: from the root.
std::string absolute(Host& host, const std::string& path) {
  if (path.starts_with('/')) return path;
  const auto here = canonical(host, ".");
  return here ? *here + "/" + path : path;
}

// What a create would ask of this host because of the policy: the profiles that it names, the devices, the groups.
std::optional<Error> lacking(Host& host, const config::Policy& policy) {
  const auto empty = doc::read_json("a container that asks for nothing", "{}");
  if (!empty) return empty.error();
  const auto facts = runtime::gather_facts(host, {*empty, controls::Scope::bundle}, policy);
  return facts ? std::nullopt : std::optional(facts.error());
}

// Of the 14 capabilities that Docker asks for when nobody asked for any: what a rule that refuses does not grant, and every
// plain container is refused for.
std::optional<std::string> refuses_defaults(const config::Policy& policy) {
  const auto& rule = policy.rule<controls::Capabilities>();
  const Flags lost = minus(controls::kDockerDefaultCapabilities, rule.ceiling.most);
  if (rule.on_excess != controls::OnExcess::refuse || lost.empty()) return std::nullopt;
  std::string names;
  for (unsigned number = 0; number < kCapabilityNames.size(); ++number) {
    if (lost.has(number)) names += (names.empty() ? "" : ", ") + std::string(capability_name(number));
  }
  return "capabilities (" + rule.origin + "): refuses what Docker asks for by itself (" + names + ")";
}

// Where calls of the runtime read their policy.
bool is_read_by_calls(const std::string& path) { return path.starts_with("/etc/hardened/"); }

void look_at_trust(Host& host, const std::string& path, PolicyReport& report) {
  const auto trusted = read_trusted(host, absolute(host, path), config::kLargestPolicy);
  if (trusted) return;
  report.untrusted = true;
  const std::string what = "no call would take it from here: " + trusted.error().what;
  if (is_read_by_calls(absolute(host, path)) || is_read_by_calls(canonical(host, path).value_or(""))) {
    report.wrong.push_back({0, 0, what, printable(path, 4096) + ": " + what});
  } else {
    report.warnings.push_back(what);
  }
}

std::string text_at(const doc::Cursor& at, std::string_view key) {
  const auto value = at.find(key);
  return value ? std::string(value->value().text()) : "";
}

WaiverReport report_of(const doc::Cursor& at, const config::Policy& policy, std::int64_t now_ns) {
  WaiverReport report;
  report.name = text_at(at, "name");
  report.from = at.where();
  report.because = text_at(at, "because");
  if (const auto controls = at.find("controls"))
    for (const Member& member : controls->value().members()) report.controls.push_back(member.key);
  report.expires = text_at(at, "expires");
  config::Waiver waiver;
  waiver.expires = config::parse_date(report.expires);
  report.expired = config::expired(waiver, now_ns);
  report.not_raised = config::not_raised_by(policy, report.name).value_or({});
  if (!report.expired) report.reopens = config::reopened_by(policy, report.name).value_or({});
  return report;
}

Value keys_json(const std::vector<KeyText>& keys) {
  std::vector<Member> members;
  for (const KeyText& key : keys)
    members.push_back(
        {key.key, Value::object({{"value", key.value, {}}, {"from", Value::string(key.from), {}}}), {}});
  return Value::object(std::move(members));
}

Value effective_json(const config::Source& source) {
  std::vector<Member> rules;
  for (const RuleText& rule : rules_of(source)) rules.push_back({rule.control, keys_json(rule.keys), {}});
  return Value::object(
      {{"settings", keys_json(settings_of(source)), {}}, {"controls", Value::object(std::move(rules)), {}}});
}

Value waiver_json(const WaiverReport& waiver) {
  std::vector<Value> reopens;
  for (const std::string& id : waiver.reopens)
    reopens.push_back(Value::object(
        {{"escape", Value::string(id), {}}, {"what", Value::string(std::string(escape_named(id))), {}}}));
  std::vector<Member> members{
      {"name", Value::string(waiver.name), {}},       {"from", Value::string(waiver.from), {}},
      {"because", Value::string(waiver.because), {}}, {"controls", texts(waiver.controls), {}},
      {"not_raised", texts(waiver.not_raised), {}},   {"reopens", Value::array(std::move(reopens)), {}}};
  if (!waiver.expires.empty()) members.push_back({"expires", Value::string(waiver.expires), {}});
  members.push_back({"expired", Value::boolean(waiver.expired), {}});
  return Value::object(std::move(members));
}

Value diagnostic_json(const Diagnostic& one) {
  std::vector<Member> members;
  if (one.line != 0) {
    members.push_back({"line", Value::number(std::uint64_t{one.line}), {}});
    members.push_back({"column", Value::number(std::uint64_t{one.column}), {}});
  }
  members.push_back({"message", Value::string(one.message), {}});
  return Value::object(std::move(members));
}

}  // namespace

std::vector<Diagnostic> diagnostics_of(const std::string& path, const Error& error) {
  std::vector<Diagnostic> all;
  const std::string begins = printable(path, 4096) + ":";
  std::string_view rest = error.what;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (!all.empty() && line.starts_with(kContinued)) {
      all.back().shown += "\n" + std::string(line);
      continue;
    }
    Diagnostic one{0, 0, std::string(line), std::string(line)};
    if (line.starts_with(begins)) place(line.substr(begins.size()), one);
    all.push_back(std::move(one));
  }
  // As they stand in the file, not as they were found.
  std::stable_sort(all.begin(), all.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  return all;
}

PolicyReport look_at_policy(Host& host, const std::string& path) {
  PolicyReport report;
  report.path = path;
  const auto file = host.read(path, config::kLargestPolicy, Links::follow);
  if (!file) {
    report.unread = file.error();
    return report;
  }
  look_at_trust(host, path, report);
  auto policy = parse_policy_file(path, file->bytes);
  if (!policy) {
    for (Diagnostic& one : diagnostics_of(path, policy.error())) report.wrong.push_back(std::move(one));
    return report;
  }
  report.policy = std::move(policy).value();
  for (const doc::Cursor& waiver : waivers_of(*report.policy->source))
    report.waivers.push_back(report_of(waiver, report.policy->policy, host.now_ns()));
  if (auto lost = refuses_defaults(report.policy->policy)) report.warnings.push_back(*std::move(lost));
  if (const auto why = lacking(host, report.policy->policy))
    report.warnings.push_back("no container would start on this host: " + why->what);
  return report;
}

Value json_of(const PolicyReport& report, bool effective) {
  std::vector<Member> members{{"policy", Value::string(printable(report.path, 4096)), {}}};
  std::vector<Value> wrong;
  for (const Diagnostic& one : report.wrong) wrong.push_back(diagnostic_json(one));
  std::vector<Value> waivers;
  for (const WaiverReport& waiver : report.waivers) waivers.push_back(waiver_json(waiver));
  if (report.policy) members.push_back({"id", Value::string(report.policy->policy.id), {}});
  if (report.unread) members.push_back({"unread", Value::string(report.unread->what), {}});
  members.push_back({"wrong", Value::array(std::move(wrong)), {}});
  members.push_back({"warnings", texts(report.warnings), {}});
  members.push_back({"waivers", Value::array(std::move(waivers)), {}});
  if (effective && report.policy)
    members.push_back({"effective", effective_json(*report.policy->source), {}});
  return Value::object(std::move(members));
}

}  // namespace hardened::ctl
