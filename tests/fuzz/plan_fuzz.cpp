// The whole plan. The first byte chooses what the document is (b: a bundle, p: a process, r: resources), the rest is
// the document. What is granted is JSON again, asks for nothing more when it is hardened again, and is left alone by
// a policy that observes, but for the mark.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "config/load.h"
#include "core/doc/json.h"
#include "runtime/plan.h"
#include "tests/fuzz/require.h"
#include "tests/support/fake_host.h"

namespace {

using hardened::config::Policy;
using hardened::controls::Scope;
using hardened::controls::Spec;
using hardened::controls::Verdict;
using hardened::doc::Document;
using hardened::fuzz::require;
using hardened::runtime::Plan;

Policy policy_of(const std::string& base) {
  auto policy = hardened::config::parse_policy("policy.yaml", "version: 1\nextends: " + base + "\n");
  require(policy.ok(), "the shipped policies are right");
  return std::move(policy).value();
}

std::optional<Scope> scope_of(std::uint8_t byte) {
  switch (byte) {
    case 'b': return Scope::bundle;
    case 'p': return Scope::process;
    case 'r': return Scope::resources;
    default: return std::nullopt;
  }
}

// Nothing when it could not be decided, which is a fault and not a finding.
std::optional<Plan> plan_of(const Document& document, Scope scope, const Policy& policy) {
  hardened::test::FakeHost host;
  host.machine.limits.fill({1024, 4096});
  const Spec spec(document, scope);
  const auto facts = hardened::runtime::gather_facts(host, spec, policy);
  if (!facts) return std::nullopt;
  auto plan = hardened::runtime::make_plan(spec, policy, *facts);
  if (!plan) return std::nullopt;
  return std::move(plan).value();
}

void is_hardened_once(const Document& document, Scope scope, const Policy& policy) {
  const auto plan = plan_of(document, scope, policy);
  if (!plan || plan->verdict == Verdict::refused) return;
  const auto text = hardened::doc::apply(document, plan->edits);
  require(text.ok(), "what was decided can be written", text ? "" : text.error().what);
  const auto again = hardened::doc::read_json("granted.json", *text);
  require(again.ok(), "what was written is JSON", *text);
  const auto second = plan_of(*again, scope, policy);
  require(second.has_value(), "a grant can be decided upon", *text);
  require(second->verdict == Verdict::unchanged, "a grant asks for nothing more", *text);
  require(second->edits.empty(), "hardening twice changes nothing", *text);
}

void is_observed_only(const Document& document, Scope scope, const Policy& policy) {
  const auto plan = plan_of(document, scope, policy);
  if (!plan) return;
  require(plan->verdict == Verdict::unchanged, "observing refuses nothing");
  for (const auto& change : plan->edits.changes()) {
    require(change.pointer.compare(0, 12, "/annotations") == 0, "observing changes the mark alone",
            change.pointer);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Policy shipped = policy_of("docker-default");
  static const Policy observed = policy_of("observe");
  if (size == 0) return 0;
  const auto scope = scope_of(data[0]);
  if (!scope) return 0;
  const auto document = hardened::doc::read_json("config.json", std::string(data + 1, data + size));
  if (!document) return 0;
  is_hardened_once(*document, *scope, shipped);
  is_observed_only(*document, *scope, observed);
  return 0;
}
