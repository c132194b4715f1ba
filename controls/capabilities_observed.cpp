#include "controls/capabilities.h"
#include "controls/capability_set.h"
#include "controls/kernel.h"

namespace hardened::controls {
namespace {

Flags with(Flags a, Flags b) { return Flags(a.bits() | b.bits()); }

// What a program may hold that has begun (capabilities(7)). execve(2) raises the permitted set up to the bounding set, for
// root and for files that are set-user-id or carry capabilities, unless no_new_privs forbids it; what is permitted may be
// made inheritable and ambient.
CapabilitySets once_begun(CapabilitySets granted, bool no_new_privileges) {
  auto& [bounding, effective, permitted, inheritable, ambient] = granted.sets;
  if (!no_new_privileges) permitted = with(permitted, bounding);
  for (Flags* set : {&effective, &inheritable, &ambient}) *set = with(*set, permitted);
  return granted;
}

}  // namespace

Result<Observed<CapabilitySets>> Capabilities::observe(const KernelView& kernel, const Spec& granted) {
  // In the order of CapabilitySets::names.
  constexpr std::array kSets{ProcStatus::bounding, ProcStatus::effective, ProcStatus::permitted,
                             ProcStatus::inheritable, ProcStatus::ambient};
  Observed<Grant> observed;
  observed.granted = TRY(read(granted, Facts{}));
  const ProcStatus status = TRY(kernel.status());
  if (kernel.subject().begun == Begun::running)
    observed.granted = once_begun(observed.granted, status.no_new_privileges);
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
