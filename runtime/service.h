// What a call that grants something is served with, and what was decided about it: handed from step to step of the
// pipeline.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/policy.h"
#include "core/base/host.h"
#include "core/base/result.h"
#include "runtime/invocation.h"
#include "runtime/plan.h"
#include "runtime/record.h"
#include "runtime/subject.h"
#include "runtime/waive.h"

namespace hardened::runtime {

struct Service {
  Host& host;
  const Invocation& call;
  const std::vector<std::string>& environment;
  std::string low_level;
  std::string root;                    // canonical; of calls that grant something
  std::string engine{};                // where the root does not tell
  std::string image{};                 // what the container is made of, where its engine was asked
  Result<std::string> hook = Error{};  // the program of our hooks; of calls that carry a bundle
  std::vector<std::string> waivers{};  // that hold for the container
  std::vector<std::string> notes{};    // why one that might does not
};

// What was decided about a call that grants something, by which policy, and about which document.
struct Judged {
  Effective effective;
  std::optional<CallDocument> document;  // a guarded call has none
  Facts facts;
  Plan plan;
};

// The controls whose rule only observes.
[[nodiscard]] std::vector<std::string> observing(const config::Policy& policy);
// All of them: then nothing of the request is changed, and nothing held against it.
[[nodiscard]] bool only_observes(const config::Policy& policy);

// What a record of this call begins with.
[[nodiscard]] RecordHead head_of(const Service& service, const config::Policy& policy);

}  // namespace hardened::runtime
