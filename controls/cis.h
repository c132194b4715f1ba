// Which recommendations of the CIS Docker Benchmark a decision is about.
//
//   cis_ids("capabilities", decision.changes, "exec")   -> 5.4, 5.23
//
// The map is data (cis.cpp): one row a recommendation and what of a container's specification it speaks of. The
// numbers are those of version 1.6.0; 1.5.0 and older count one less from 5.2 on.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "controls/control.h"

namespace hardened::controls {

inline constexpr std::string_view kCisBenchmark = "CIS Docker Benchmark 1.6.0";

struct CisId {
  std::uint8_t section = 0;
  std::uint8_t number = 0;
  friend auto operator<=>(const CisId&, const CisId&) = default;
};
[[nodiscard]] std::string print(CisId id);  // "5.22"

using CisIds = std::set<CisId>;

struct CisRow {
  CisId id;
  std::string_view control;
  std::string_view pointer{};  // the field, or what it is part of; "" for all that the control decides
  std::string_view aspect{};   // Change::aspect; "" for any
  std::string_view call{};     // "create" stands for run too; "" for any
};
[[nodiscard]] std::span<const CisRow> cis_rows();

// A recommendation of section 5 that no call to a runtime shows anything of, and why.
struct CisUnseen {
  CisId id;
  std::string_view reason;
};
[[nodiscard]] std::span<const CisUnseen> cis_unseen();

// Of one decision. Without changes it is about the control as a whole.
[[nodiscard]] CisIds cis_ids(std::string_view control, const std::vector<Change>& changes,
                             std::string_view call);

}  // namespace hardened::controls
