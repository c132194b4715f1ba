// Which ways out of a container a waiver opens again, for lint and `check`.
//
//   for (const std::string& escape : TRY(reopened_by(policy, "image-builder"))) ...   // "E01", "E02", "E09", …
//
// The names are those of tests/vm/escapes: each is a test that shows the way open under bare runc and closed under the
// shipped policy. What is told is what the raised ceiling no longer keeps shut; another control may keep it shut all the
// same, and what the image itself can do with it is not asked.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/policy.h"

namespace hardened::config {

// A row of the map (reopens_table.h).
struct Reopens {
  std::string_view control;
  std::string_view key;   // of the control's rule; "" for any
  std::string_view word;  // in that key's value: what is raised; "" for any
  std::string_view escapes;
};
[[nodiscard]] std::span<const Reopens> reopens();

// In order, each once. Fault::absent when the policy has no waiver of that name.
[[nodiscard]] Result<std::vector<std::string>> reopened_by(const Policy& policy, std::string_view waiver);

// The controls that a waiver names and does not raise: its ceiling is not above the policy's own, where that can be told
// without a request (most.h). They open nothing again.
[[nodiscard]] Result<std::vector<std::string>> not_raised_by(const Policy& policy, std::string_view waiver);

}  // namespace hardened::config
