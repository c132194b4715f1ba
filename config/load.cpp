#include "config/load.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "config/compiled.h"
#include "config/rules.h"
#include "config/settings.h"
#include "config/source.h"
#include "core/base/text.h"

namespace hardened::config {
namespace {

// What is wrong with a rule is wrong again where a waiver lies over it: said once.
void add_new(const doc::Diagnostics& more, doc::Diagnostics& wrong) {
  for (const Error& error : more.errors()) {
    const auto& said = wrong.errors();
    const auto same = [&](const Error& one) { return one.what == error.what; };
    if (std::none_of(said.begin(), said.end(), same)) wrong.add(error);
  }
}

Result<Policy> policy_of(const std::shared_ptr<const Source>& source) {
  const Layers top = source->top();
  Policy policy;
  policy.path = source->own.name;
  policy.id = source->id;
  if (!source->own.root.is(doc::Kind::object)) {
    return Error{Fault::policy, source->own.point(0, "expected keys and values, found " +
                                                         std::string(name(source->own.root.kind())))};
  }
  doc::Diagnostics wrong;
  read_settings(top, policy, wrong);
  wrong.take(top.need("waivers"));  // said among what else is missing
  policy.rules = read_rules<controls::AllControls>(top, wrong);
  add_data_roots(policy.engines, std::get<RuleOf<controls::Mounts>>(policy.rules).ceiling);
  doc::Diagnostics of_waivers;
  policy.waivers = read_waivers(top, policy.path, policy.engines, source, of_waivers);
  add_new(of_waivers, wrong);
  if (wrong.any()) return wrong.error(Fault::policy);
  return policy;
}

Error no_policy(const std::string& path) {
  return {Fault::policy,
          "there is no policy at " + printable(path, 4096) +
              ": the shortest says `version: 1` and, in a second line, `extends: docker-default`"};
}

}  // namespace

Result<Policy> parse_policy(std::string path, std::string yaml) {
  Source source = TRY(read_source(std::move(path), std::move(yaml)));
  return policy_of(std::make_shared<const Source>(std::move(source)));
}

Result<Policy> load_policy(Host& host, const std::string& path) {
  const Result<Stat> found = stat_trusted(host, path);
  if (!found && found.error().fault == Fault::absent) return no_policy(path);
  const Stat before = TRY(found);
  if (auto policy = recall(host, path, before)) return std::move(*policy);
  File file = TRY(read_trusted(host, path, kLargestPolicy));
  Source read = TRY(read_source(path, std::move(file.bytes)));
  const auto source = std::make_shared<const Source>(std::move(read));
  auto policy = TRY(policy_of(source));
  keep(host, policy, merged(*source), file.stat);
  return policy;
}

}  // namespace hardened::config
