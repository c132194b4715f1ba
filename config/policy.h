// The policy of a host: what the file says, once it is known to be right.
//
//   Result<Policy> policy = load_policy(host, "/etc/hardened/policy.yaml");
//
// Every control has exactly one rule in it: the operator's, or, where the file says nothing, that
// of the base it extends.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "config/engines.h"
#include "config/waivers.h"
#include "controls/all.h"
#include "controls/control.h"

namespace hardened::config {

enum class OnLogFailure : std::uint8_t { refuse, proceed };  // `continue` in the file
enum class Rootless : std::uint8_t { refuse, pass };
enum class Unmanaged : std::uint8_t { refuse, narrow };

// What becomes of an exec or an update that changed nothing (a HEALTHCHECK is one exec each interval).
enum class Unchanged : std::uint8_t { record, skip };

struct DecisionLog {
  std::string path;  // absolute; "" when nothing is logged
  OnLogFailure on_failure = OnLogFailure::refuse;
  Unchanged unchanged = Unchanged::record;  // shipped: skip
};

// Calls and flags that no document shows and that `allowed_calls` may allow all the same: the guarded
// rows of runtime/command_table, whose test compares them with this list.
inline constexpr std::array<std::string_view, 12> kAllowable{"checkpoint",
                                                             "restore",
                                                             "mounts",
                                                             "--cgroup",
                                                             "--cgroup-manager",
                                                             "--l3-cache-schema",
                                                             "--lsm-mount-context",
                                                             "--lsm-profile",
                                                             "--mem-bw-schema",
                                                             "--no-new-keyring",
                                                             "--no-pivot",
                                                             "--rootless"};

template <class C>
struct RuleOf {
  controls::OnExcess on_excess = controls::OnExcess::refuse;
  typename C::Ceiling ceiling;
  std::string origin;  // "/etc/hardened/policy.yaml:14", or "docker-default" for a rule of the base
  std::string waiver;  // that raised the ceiling, and that the origin is then of; "" for none
};

template <class Controls>
struct RulesOf;
template <class... C>
struct RulesOf<std::tuple<C...>> {
  using type = std::tuple<RuleOf<C>...>;
};
using Rules = RulesOf<controls::AllControls>::type;

struct Policy {
  std::string path;
  std::string id;  // sha256 of the file's bytes and of the base's
  DecisionLog decision_log;
  controls::FieldRules fields;  // unknown_fields, accepted_fields
  Rootless rootless = Rootless::refuse;
  Unmanaged unmanaged = Unmanaged::refuse;
  // `privileged: {on_excess: refuse}`: a request that is --privileged as a whole. narrow: each control
  // decides.
  controls::OnExcess privileged = controls::OnExcess::refuse;
  std::string privileged_origin;
  std::vector<std::string> allowed_calls;  // of kAllowable
  Rules rules;
  std::vector<Engine> engines;
  Waivers waivers;  // not yet laid over the rules (raised.h)

  template <class C>
  [[nodiscard]] const RuleOf<C>& rule() const {
    return std::get<RuleOf<C>>(rules);
  }
};

}  // namespace hardened::config
