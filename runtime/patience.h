// How long a process is waited for that is between the runtime's fifo and its own program.
#pragma once

#include <chrono>
#include <optional>

#include "controls/init_process.h"
#include "core/base/host.h"
#include "core/base/proc_status.h"

namespace hardened::runtime {

// Waits for a moment, and then for longer ones.
class Patience {
 public:
  // Did the process end meanwhile?
  bool waits_in_vain(HeldProcess& process) {
    const bool ended = process.ends_within(step_);
    waited_ += step_;
    if (waited_ >= kBrisk && step_ < kLongest) step_ *= 2;
    return ended;
  }
  [[nodiscard]] bool is_over() const { return waited_ >= kMost; }

 private:
  using Time = std::chrono::milliseconds;
  static constexpr Time kBrisk{50};  // a runtime's start takes less
  static constexpr Time kLongest{64};
  static constexpr Time kMost{10'000};
  Time step_{1};
  Time waited_{0};
};

// Of the process that the runtime means; nothing where the number is another's by now, or nobody's.
[[nodiscard]] Result<std::optional<ProcStat>> stat_of(Host& host, const controls::InitProcess& init);

}  // namespace hardened::runtime
