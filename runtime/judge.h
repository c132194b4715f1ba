// What is decided about a call: its document, the policy that holds for the container, the facts, the plan; and beside the
// plan's what no document shows, calls and flags that are refused by default and containers that are not ours.
//
//   const Judged judged = TRY(judge(service, host_policy));
//
// It only reads. What it learns of the engine and the waivers, for the record, it puts into `service`.
#pragma once

#include "runtime/service.h"

namespace hardened::runtime {

[[nodiscard]] Result<Judged> judge(Service& service, const config::Policy& host_policy);

// Of a document alone, whoever read it: what `judge` does with a call's, and precreate with one on standard input.
[[nodiscard]] Result<Judged> judge_document(Service& service, const config::Policy& host_policy,
                                            CallDocument document, const std::optional<Kept>& kept);

}  // namespace hardened::runtime
