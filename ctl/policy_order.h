// Which rules of a policy hold less than those of another.
//
//   for (const RuleOrder& rule : orders(shipped, other)) ...   // "pids", looser
//
// Where the most that a rule grants can be told without a request (capabilities, pids, limits, …), it is compared in the
// control's own order; the rules of the others differ, or do not. A rule that only observes holds nobody.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "config/policy.h"
#include "config/source.h"

namespace hardened::ctl {

enum class Order : std::uint8_t { stricter, differs, looser, observes };

struct RuleOrder {
  std::string_view control;
  Order order = Order::differs;
};

struct ReadPolicy {
  config::Policy policy;
  doc::Value merged;  // all that holds in the end
};
[[nodiscard]] Result<ReadPolicy> read_whole(Host& host, const std::string& path);

// How `other` stands to `base`; rules that say the same are left out.
[[nodiscard]] std::vector<RuleOrder> orders(const ReadPolicy& base, const ReadPolicy& other);

}  // namespace hardened::ctl
