// The decision about a document, as the pipeline of the runtime comes to it (runtime/judge.h), without anything that it
// does next: nothing is written, no record is kept.
//
//   const Explanation told = TRY(explain(host, TRY(read_policy_file(host, path)), asked));
//   told.plan.verdict
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/identity.h"
#include "controls/spec.h"
#include "core/base/host.h"
#include "core/doc/value.h"
#include "ctl/policy_file.h"
#include "runtime/kept.h"
#include "runtime/plan.h"

namespace hardened::ctl {

struct Asked {
  controls::Scope scope = controls::Scope::bundle;
  doc::Document document;
  controls::Container container;
  std::optional<config::Identity>
      identity;  // what waivers are matched with; else what the engine says of the container
  std::optional<runtime::Kept> kept;  // the grant record of the container that an exec or an update is about

  [[nodiscard]] controls::Spec spec() const { return {document, scope, container}; }
};

struct Explanation {
  PolicyFile file;                   // as it is written
  config::Policy policy;             // with the waivers that hold laid over it
  std::vector<std::string> waivers;  // their names
  std::vector<std::string> notes;
  runtime::Plan plan;
  std::vector<std::string> as_asked;  // controls of the call that had nothing to object to
};
[[nodiscard]] Result<Explanation> explain(Host& host, PolicyFile file, const Asked& asked);

// The call that carries such a document: "create", "exec", "update".
[[nodiscard]] std::string_view call_of(controls::Scope scope);

// An image as `docker inspect` prints it, of a container of the policy's first engine.
[[nodiscard]] config::Identity identity_of(const config::Policy& policy, std::string image, std::string name);

// The rule by which a decision was made, without on_excess: what the policy says, under what its waiver does.
[[nodiscard]] std::vector<KeyText> ceiling_of(const Explanation& told, const runtime::Decision& decision);
// The same for a cell of a table: of several keys those that the change is about, where their names tell.
[[nodiscard]] std::string brief_ceiling(const Explanation& told, const runtime::Decision& decision,
                                        const controls::Change& change);
// "policy.yaml:14", without the policy's directory, or the base's name.
[[nodiscard]] std::string brief_rule(const Explanation& told, const runtime::Decision& decision);

// For --json.
[[nodiscard]] doc::Value json_of(const Explanation& told, const Asked& asked);

}  // namespace hardened::ctl
