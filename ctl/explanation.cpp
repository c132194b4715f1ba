#include "ctl/explanation.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>
#include <utility>

#include "config/raised.h"
#include "controls/all.h"
#include "controls/cis.h"
#include "core/base/text.h"
#include "ctl/value_text.h"
#include "runtime/refusal.h"
#include "runtime/waive.h"

namespace hardened::ctl {
namespace {

using controls::Scope;
using doc::Member;
using doc::Value;

constexpr std::size_t kCell = 34;

template <class... C>
std::vector<std::string> taking_part(Scope scope, std::tuple<C...>* /*the list*/) {
  std::vector<std::string> names;
  const auto add = [&](bool takes_part, std::string_view name) {
    if (takes_part) names.emplace_back(name);
  };
  (add(controls::takes_part<C>(scope), C::name), ...);
  return names;
}

Result<runtime::Effective> effective(Host& host, const config::Policy& policy, const Asked& asked) {
  if (!asked.identity) {
    return runtime::effective_policy(host, policy, asked.container.root, asked.spec(), asked.kept);
  }
  auto raised = TRY(config::raised(policy, *asked.identity, host.now_ns()));
  return runtime::Effective{std::move(raised.policy), asked.identity, std::move(raised.waivers),
                            std::move(raised.expired)};
}

// "maskedPaths" -> "maskedpaths", "oom_score_adj" -> "oomscoreadj": as a policy and a specification call the same thing.
std::string plain(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != '_') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

bool is_about(std::string_view key, const controls::Change& change) {
  constexpr std::size_t kTooShort = 3;
  const std::string wanted = plain(key);
  const std::string where = change.pointer + "/" + std::string(change.aspect);
  std::string_view rest = where;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string part = plain(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (part.size() >= kTooShort && (part.find(wanted) != std::string::npos || wanted.starts_with(part)))
      return true;
  }
  return false;
}

// What decides without a control: unknown fields, --privileged.
std::vector<KeyText> settings_about(const Explanation& told, std::string_view word) {
  std::vector<KeyText> found;
  for (KeyText& key : settings_of(*told.file.source)) {
    if (key.key.find(word) != std::string::npos) found.push_back(std::move(key));
  }
  return found;
}

void lay_waiver_over(const Explanation& told, const runtime::Decision& decision, std::vector<KeyText>& keys) {
  const auto written = told.policy.waivers.written(decision.waiver);
  if (!written) return;
  const Value* rule = doc::resolve(written->root, doc::child("/controls", decision.control));
  if (rule == nullptr) return;
  for (KeyText& key : keys) {
    if (const Value* raised = rule->find(key.key)) key = {key.key, *raised, decision.origin};
  }
}

Value change_json(const controls::Change& change) {
  std::vector<Member> members{{"field", Value::string(change.pointer), {}},
                              {"asked", Value::string(change.before), {}},
                              {"granted", Value::string(change.after), {}},
                              {"reason", Value::string(change.reason), {}}};
  if (change.by_default) members.push_back({"default", Value::boolean(true), {}});
  return Value::object(std::move(members));
}

Value cis_json(const controls::CisIds& ids) {
  std::vector<std::string> printed;
  for (const controls::CisId id : ids) printed.push_back(print(id));
  return texts(printed);
}

Value decision_json(const Explanation& told, const runtime::Decision& decision, std::string_view call) {
  std::vector<Member> ceiling;
  for (const KeyText& key : ceiling_of(told, decision)) ceiling.push_back({key.key, key.value, {}});
  std::vector<Value> changes;
  for (const controls::Change& change : decision.changes) changes.push_back(change_json(change));
  std::vector<Member> members{{"control", Value::string(std::string(decision.control)), {}},
                              {"verdict", Value::string(std::string(name(decision.verdict))), {}},
                              {"on_excess", Value::string(std::string(name(decision.mode))), {}},
                              {"ceiling", Value::object(std::move(ceiling)), {}},
                              {"rule", Value::string(decision.origin), {}}};
  if (!decision.waiver.empty()) members.push_back({"waiver", Value::string(decision.waiver), {}});
  members.push_back({"cis", cis_json(controls::cis_ids(decision.control, decision.changes, call)), {}});
  members.push_back({"changes", Value::array(std::move(changes)), {}});
  members.push_back({"notes", texts(decision.notes), {}});
  return Value::object(std::move(members));
}

}  // namespace

Result<Explanation> explain(Host& host, PolicyFile file, const Asked& asked) {
  const controls::Spec spec = asked.spec();
  runtime::Effective holds = TRY(effective(host, file.policy, asked));
  const runtime::Facts facts = TRY(runtime::gather_facts(host, spec, holds.policy));
  runtime::Plan plan = TRY(runtime::make_plan(spec, holds.policy, facts));
  Explanation told{std::move(file),        std::move(holds.policy), std::move(holds.waivers),
                   std::move(holds.notes), std::move(plan),         {}};
  for (std::string& name : taking_part(asked.scope, static_cast<controls::AllControls*>(nullptr))) {
    const auto& all = told.plan.decisions;
    const bool objects = std::any_of(all.begin(), all.end(), [&](const runtime::Decision& one) {
      return one.control == name && !one.changes.empty();
    });
    if (!objects) told.as_asked.push_back(std::move(name));
  }
  return told;
}

std::string_view call_of(Scope scope) {
  switch (scope) {
    case Scope::bundle: return "create";
    case Scope::process: return "exec";
    case Scope::resources: return "update";
  }
  return "create";
}

config::Identity identity_of(const config::Policy& policy, std::string image, std::string name) {
  const std::string engine = policy.engines.empty() ? "" : policy.engines.front().name;
  return {engine, "moby", std::move(image), std::move(name)};
}

std::vector<KeyText> ceiling_of(const Explanation& told, const runtime::Decision& decision) {
  for (RuleText& rule : rules_of(*told.file.source)) {
    if (rule.control != decision.control) continue;
    std::vector<KeyText> keys(std::next(rule.keys.begin()), rule.keys.end());
    if (!decision.waiver.empty()) lay_waiver_over(told, decision, keys);
    return keys;
  }
  return settings_about(told, decision.control);
}

std::string brief_ceiling(const Explanation& told, const runtime::Decision& decision,
                          const controls::Change& change) {
  const std::vector<KeyText> keys = ceiling_of(told, decision);
  if (keys.size() == 1) return brief(keys.front().value, kCell);
  std::string all;
  std::string about;
  for (const KeyText& key : keys) {
    const std::string text = key.key + " " + brief(key.value, kCell);
    all += (all.empty() ? "" : ", ") + text;
    if (is_about(key.key, change)) about += (about.empty() ? "" : ", ") + text;
  }
  return brief(about.empty() ? all : about, kCell);
}

std::string brief_rule(const Explanation& told, const runtime::Decision& decision) {
  const std::string& path = told.file.source->own.name;
  const std::string directory = path.substr(0, path.rfind('/') + 1);
  return decision.origin.starts_with(path) ? decision.origin.substr(directory.size()) : decision.origin;
}

Value json_of(const Explanation& told, const Asked& asked) {
  const runtime::Plan& plan = told.plan;
  std::vector<Value> decisions;
  for (const runtime::Decision& decision : plan.decisions)
    decisions.push_back(decision_json(told, decision, call_of(asked.scope)));
  std::vector<Member> members{{"subject", Value::string(asked.document.name), {}},
                              {"call", Value::string(std::string(call_of(asked.scope))), {}},
                              {"policy", Value::string(told.policy.path), {}},
                              {"policy_id", Value::string(told.policy.id), {}},
                              {"verdict", Value::string(std::string(name(plan.verdict))), {}},
                              {"privileged", Value::boolean(plan.privileged), {}}};
  if (plan.verdict == controls::Verdict::refused)
    members.push_back({"message", Value::string(runtime::refusal_text(plan)), {}});
  members.push_back({"controls", Value::array(std::move(decisions)), {}});
  members.push_back({"as_asked", texts(told.as_asked), {}});
  members.push_back({"waivers", texts(told.waivers), {}});
  members.push_back({"notes", texts(told.notes), {}});
  members.push_back({"waiting", texts(plan.waiting), {}});
  return Value::object(std::move(members));
}

}  // namespace hardened::ctl
