#include "controls/kernel.h"
#include "controls/rlimits.h"

namespace hardened::controls {
namespace {

std::string told(std::uint64_t number) { return number == kNoLimit ? "unlimited" : std::to_string(number); }
std::string told(const Limit& limit) { return told(limit.soft) + ":" + told(limit.hard); }

}  // namespace

Result<Observed<ResourceLimits>> Rlimits::observe(const KernelView& kernel, const Spec& granted) {
  Observed<Grant> observed;
  observed.granted = TRY(read(granted, Facts{kernel.subject().inherited}));
  observed.held.limits = TRY(kernel.limits());
  for (std::size_t type = 0; type < observed.held.limits.size(); ++type) {
    Limit& held = observed.held.limits.at(type);
    const Limit& most = observed.granted.limits.at(type);
    // A soft limit bounds nobody who is not content with it (setrlimit(2)): any process raises its own to its hard
    // one. A runtime in Go does so with RLIMIT_NOFILE as it starts, and puts it back at its execve.
    if (held.soft > most.soft && held.soft <= most.hard) held.soft = most.soft;
  }
  return observed;
}

std::string Rlimits::surplus(const Observed<ResourceLimits>& observed) {
  std::string text;
  for (std::size_t type = 0; type < ResourceLimits::types.size(); ++type) {
    const Limit& held = observed.held.limits.at(type);
    const Limit& most = observed.granted.limits.at(type);
    if (held.soft <= most.soft && held.hard <= most.hard) continue;
    text += (text.empty() ? "has " : ", ") + std::string(ResourceLimits::types.at(type)) + " " + told(held) +
            " instead of " + told(most);
  }
  return text;
}

}  // namespace hardened::controls
