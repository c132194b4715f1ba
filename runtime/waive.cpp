#include "runtime/waive.h"

#include <iterator>
#include <utility>

#include "config/compiled.h"
#include "config/load.h"
#include "config/raised.h"
#include "runtime/engine.h"

namespace hardened::runtime {

Result<Effective> effective_policy(Host& host, config::Policy policy, const std::string& root,
                                   const controls::Spec& spec, const std::optional<Kept>& kept) {
  Effective out{std::move(policy), kept ? kept->identity : std::nullopt, {}, {}};
  if (out.policy.waivers.empty()) return out;
  if (spec.scope() == controls::Scope::bundle) {
    Told told = identify(host, out.policy.engines, root, spec);
    out.identity = std::move(told.identity);
    out.notes = std::move(told.notes);
  }
  if (!out.identity) return out;
  auto raised = config::raised(out.policy, *out.identity, host.now_ns());
  if (!raised) {
    config::discard(host, out.policy.path);
    auto anew = TRY(config::load_policy(host, out.policy.path));
    raised = config::raised(std::move(anew), *out.identity, host.now_ns());
  }
  config::Raised found = TRY(std::move(raised));
  out.policy = std::move(found.policy);
  out.waivers = std::move(found.waivers);
  std::move(found.expired.begin(), found.expired.end(), std::back_inserter(out.notes));
  return out;
}

}  // namespace hardened::runtime
