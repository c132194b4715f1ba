#include "controls/kernel.h"
#include "controls/no_new_privileges.h"

namespace hardened::controls {

Result<Observed<Required>> NoNewPrivileges::observe(const KernelView& kernel, const Spec& granted) {
  const Required required = TRY(read(granted, Facts{}));
  const ProcStatus status = TRY(kernel.status());
  return Observed<Grant>{required, Required(status.no_new_privileges)};
}

std::string NoNewPrivileges::surplus(const Observed<Required>& /*observed*/) {
  return "runs without no_new_privs";
}

}  // namespace hardened::controls
