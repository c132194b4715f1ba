// Which rules of a policy hold less than those of another.
//
//   for (const RuleOrder& rule : orders(shipped, other)) ...   // "pids", looser
//
// Their ceilings are compared in the control's own order (config/most.h). Where neither can be shown to lie within the
// other, each may grant what the other does not. A rule that only observes holds nobody.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "config/policy.h"
#include "config/source.h"

namespace hardened::ctl {

enum class Order : std::uint8_t {
  stricter,  // or the same, in other words
  differs,   // in what becomes of an excess alone: it narrows where the other refuses
  looser,
  unordered,
  observes
};

struct RuleOrder {
  std::string_view control;  // or a setting of the policy's: "waivers", "allowed_calls"
  Order order = Order::differs;
};

struct ReadPolicy {
  config::Policy policy;
  doc::Value merged;  // all that holds in the end
};
[[nodiscard]] Result<ReadPolicy> read_whole(Host& host, const std::string& path);

// How `other` stands to `base`; rules that say the same are left out, and settings that are no looser.
[[nodiscard]] std::vector<RuleOrder> orders(const ReadPolicy& base, const ReadPolicy& other);

}  // namespace hardened::ctl
