// What a line of the log says was asked, made a document again: to ask another policy about it.
//
//   const auto asked = asked_again(host, tightest, one, "update");      // {"pids":{"limit":-1}}
//   if (asked) const auto answer = answer_of(host, *asked, policy);
//
// A line holds words for people, of what was above the ceiling alone. Some of them say all that the control would have to
// know: names of capabilities, numbers, values of sysctls and annotations, the namespaces that were not asked for, a missing
// filter. Others do not: what a mount's source is, which device a path was, the profile itself. So that nothing is made up,
// a document that was made of words is believed only where a policy that allows next to nothing objects to it in the very
// words of the line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/policy.h"
#include "controls/spec.h"
#include "core/base/host.h"
#include "ctl/again.h"
#include "ctl/log_record.h"

namespace hardened::ctl {

struct AskedAgain {
  std::string control;
  std::string field;
  std::string asked;
  controls::Scope scope = controls::Scope::bundle;
  doc::Document document;
};

// Each thing that was asked, apart: "CAP_A, CAP_B and CAP_C" are three. `left` counts those that the line leaves out.
struct Parts {
  std::vector<AskedFor> parts;
  std::uint64_t left = 0;
};
[[nodiscard]] Parts parts_of(const AskedFor& one);

// The policy that allows next to nothing.
[[nodiscard]] Result<config::Policy> tightest_policy();

// Nothing where the words do not say enough.
[[nodiscard]] std::optional<AskedAgain> asked_again(Host& host, const config::Policy& tightest,
                                                    const AskedFor& one, const std::string& call);

// Under a policy, without its waivers: "granted", "narrowed" or "refused".
[[nodiscard]] std::string answer_of(Host& host, const AskedAgain& asked, const config::Policy& policy);

}  // namespace hardened::ctl
