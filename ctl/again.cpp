#include "ctl/again.h"

#include <algorithm>
#include <utility>

#include "config/load.h"
#include "config/raised.h"
#include "core/base/text.h"
#include "core/doc/edit.h"
#include "core/doc/json.h"
#include "ctl/value_text.h"
#include "runtime/engine.h"
#include "runtime/inspect.h"
#include "runtime/meets.h"
#include "runtime/own_hooks.h"

namespace hardened::ctl {
namespace {

using controls::Verdict;
using doc::Member;
using doc::Value;

constexpr std::size_t kMostWords = 60;

// The identity that create found; of a policy that had no waivers then, the one that it would find now.
std::optional<config::Identity> identity_of(Host& host, const runtime::Kept& kept,
                                            const config::Policy& policy, const controls::Spec& spec) {
  if (kept.identity) return kept.identity;
  return runtime::identify(host, policy.engines, kept.root, spec).identity;
}

Result<config::Policy> raised_for(Host& host, const runtime::Kept& kept, const config::Policy& policy,
                                  const controls::Spec& spec) {
  if (policy.waivers.empty()) return policy;
  const auto identity = identity_of(host, kept, policy, spec);
  if (!identity) return policy;
  config::Raised raised = TRY(config::raised(policy, *identity, host.now_ns()));
  return std::move(raised.policy);
}

// As they stand in the granted document they are ours: a request's of that name were taken out (own_hooks.h). The tool may
// lie elsewhere than the runtime, and would take them for anybody's.
Result<doc::Document> without_own_hooks(doc::Document document) {
  constexpr std::string_view kHooks = "/hooks";
  const std::string own = "/" + std::string(runtime::kHookProgram);
  doc::Edits edits;
  const Value* hooks = doc::resolve(document.root, kHooks);
  for (const Member& moment : hooks == nullptr ? std::vector<Member>() : hooks->members()) {
    const std::vector<Value>& entries = moment.value.items();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const Value* path = entries[i].find("path");
      if (path != nullptr && path->text().ends_with(own))
        edits.remove(doc::child(doc::child(kHooks, moment.key), i));
    }
  }
  if (edits.empty()) return document;
  std::string text = TRY(doc::apply(document, edits));
  return doc::read_json(document.name, std::move(text));
}

Value json(const controls::Change& change) {
  std::vector<Member> members{{"field", text(change.pointer), {}}, {"held", text(change.before), {}}};
  members.push_back({"granted", text(change.after), {}});
  members.push_back({"reason", text(change.reason), {}});
  return Value::object(std::move(members));
}

}  // namespace

std::vector<Objection> objections_of(const runtime::Plan& plan) {
  std::vector<Objection> found;
  for (const runtime::Decision& decision : plan.decisions) {
    if (decision.verdict == Verdict::unchanged) continue;
    found.push_back({std::string(decision.control), decision.verdict, decision.changes});
  }
  return found;
}

Result<Again> judged_again(Host& host, const runtime::Kept& kept, const config::Policy& policy) {
  doc::Document granted = TRY(runtime::granted_document(host, *kept.promise));
  const doc::Document document = TRY(without_own_hooks(std::move(granted)));
  const controls::Container container{kept.id, std::nullopt, kept.root, kept.bundle};
  const controls::Spec spec(document, controls::Scope::bundle, container);
  const config::Policy raised = TRY(raised_for(host, kept, policy, spec));
  runtime::Facts facts = TRY(runtime::gather_facts(host, spec, raised));
  runtime::look_up_meet(host, facts);
  const runtime::Plan plan = TRY(runtime::make_plan(spec, raised, facts));
  return Again{plan.verdict, objections_of(plan)};
}

Result<std::vector<Waived>> waivers_now(Host& host, const runtime::Kept& kept, const config::Policy& policy) {
  std::vector<Waived> all;
  if (!kept.identity) return all;
  const std::vector<config::Waiver> known = TRY(policy.waivers.of(kept.identity->id));
  for (const std::string& name : kept.waivers) {
    Waived one{name, Waived::Now::withdrawn, ""};
    const auto found = std::find_if(known.begin(), known.end(), [&](const config::Waiver& waiver) {
      return waiver.name == name && config::matches(waiver.match, *kept.identity);
    });
    if (found != known.end()) {
      const bool over = config::expired(*found, host.now_ns());
      one.now = over ? Waived::Now::expired : Waived::Now::holds;
      if (found->expires) one.expires = config::told(*found->expires);
    }
    all.push_back(std::move(one));
  }
  return all;
}

const Result<config::Policy>& Policies::at(const std::string& path) {
  const auto known = read_.find(path);
  if (known != read_.end()) return known->second;
  auto file = host_.read(path, config::kLargestPolicy, Links::follow);
  auto policy = file ? config::parse_policy(path, std::move(file.value().bytes))
                     : Result<config::Policy>(std::move(file).error());
  return read_.emplace(path, std::move(policy)).first->second;
}

std::string told(const controls::Change& change) {
  std::string words = printable(change.before, kMostWords);
  if (!change.after.empty()) words += " to " + printable(change.after, kMostWords);
  return words;
}

std::string told(const std::vector<Objection>& objections) {
  std::vector<std::string> narrowed;
  std::vector<std::string> refused;
  for (const Objection& one : objections) {
    constexpr std::size_t kShown = 2;
    std::string words = one.control + " (";
    for (std::size_t i = 0; i < std::min(one.changes.size(), kShown); ++i) {
      words += (i == 0 ? "" : "; ") + told(one.changes[i]);
    }
    if (one.changes.size() > kShown) words += "; " + std::to_string(one.changes.size() - kShown) + " more";
    (one.verdict == Verdict::refused ? refused : narrowed).push_back(words + ")");
  }
  if (narrowed.empty() && refused.empty()) return "";
  std::string all = "would ";
  if (!refused.empty()) all += "refuse " + joined(refused);
  if (!refused.empty() && !narrowed.empty()) all += ", and narrow ";
  if (refused.empty()) all += "narrow ";
  return all + joined(narrowed);
}

doc::Value json(const std::vector<Objection>& objections) {
  std::vector<Value> all;
  for (const Objection& one : objections) {
    std::vector<Value> changes;
    for (const controls::Change& change : one.changes) changes.push_back(json(change));
    all.push_back(Value::object({{"control", text(one.control), {}},
                                 {"verdict", text(controls::name(one.verdict)), {}},
                                 {"changes", Value::array(std::move(changes)), {}}}));
  }
  return Value::array(std::move(all));
}

}  // namespace hardened::ctl
