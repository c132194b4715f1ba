// The files of cgroup v2 that a request sets by name: /linux/resources/unified. Runtimes write them last, over what the
// other fields have set (runc: fs2's setUnified), so that each is bounded as the field that sets the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "controls/amount.h"
#include "controls/spec.h"
#include "core/base/result.h"

namespace hardened::controls {

enum class Unified : std::uint8_t {
  other,   // not known to do no more than bound the container
  limit,   // bounds the container and nobody else: any value
  memory,  // bytes, or max
  swap,    // bytes beyond memory, or max
  cpus,    // quota and period in microseconds
  weight,  // 1 to 10000
};

// memory.max -> memory. pids.max belongs to another control and is never asked for here.
[[nodiscard]] Unified kind_of_unified(std::string_view key);

// A syntax error for a value that the kernel, Go and we might read differently. What is there, and no number, is
// unlimited.
[[nodiscard]] Result<Amount> read_unified(Unified kind, const doc::Cursor& value, Scope scope);

// In hundred-thousandths of a processor: the time that a quota gives in each period, rounded up.
[[nodiscard]] std::uint64_t cpus_of(std::uint64_t quota, std::uint64_t period);
inline constexpr std::uint64_t kOneCpu = 100000;  // and the usual period, in microseconds

}  // namespace hardened::controls
