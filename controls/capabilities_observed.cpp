#include "controls/capabilities.h"
#include "controls/capability_set.h"
#include "controls/kernel.h"

namespace hardened::controls {

Result<Observed<CapabilitySets>> Capabilities::observe(const KernelView& kernel, const Spec& granted) {
  // In the order of CapabilitySets::names.
  constexpr std::array kSets{ProcStatus::bounding, ProcStatus::effective, ProcStatus::permitted,
                             ProcStatus::inheritable, ProcStatus::ambient};
  Observed<Grant> observed;
  observed.granted = TRY(read(granted, Facts{}));
  const ProcStatus status = TRY(kernel.status());
  for (std::size_t i = 0; i < kSets.size(); ++i) {
    observed.held.sets.at(i) = Flags(status.capabilities.at(kSets.at(i)));
  }
  return observed;
}

std::string Capabilities::surplus(const Observed<CapabilitySets>& observed) {
  constexpr int kNamesShown = 8;
  Flags more;
  std::string sets;
  for (std::size_t i = 0; i < CapabilitySets::names.size(); ++i) {
    const Flags of_set = minus(observed.held.sets.at(i), observed.granted.sets.at(i));
    if (of_set.empty()) continue;
    more = Flags(more.bits() | of_set.bits());
    sets += (sets.empty() ? "" : ", ") + std::string(CapabilitySets::names.at(i));
  }
  return "holds " + listed(more, kNamesShown) + " (" + sets + ")";
}

}  // namespace hardened::controls
