// Whether a filter is in force. Which one, the kernel shows only to a tracer that stops the process
// (PTRACE_SECCOMP_GET_FILTER), and init is not to be stopped; so what is held, where there is a filter, is what was
// granted.
//
// A filter that the engine itself runs under is inherited by runtime and container alike, and does not count:
// the container has to have one more than we have. (Each filter section is one filter: libseccomp puts all
// architectures into one program, runc and crun load it once.)
#include "controls/kernel.h"
#include "controls/seccomp.h"

namespace hardened::controls {
namespace {

constexpr std::uint64_t kFilters = 2;  // SECCOMP_MODE_FILTER

Result<bool> has_own_filter(const KernelView& kernel) {
  const ProcStatus status = TRY(kernel.status());
  // Under no_new_privs a filter may be loaded last of all, and crun does so behind the wait; the program that it will
  // load stands ready then. Fails open where that program is another, or is never loaded: the poststart hook looks again.
  const bool comes =
      kernel.subject().begun == Begun::waiting && status.no_new_privileges && kernel.subject().filter_to_come;
  if (comes) return true;
  if (status.seccomp != kFilters) return false;
  const ProcStatus own = TRY(kernel.own_status());
  // Before Linux 5.9 nobody counts them: then one may be inherited where we have any ourselves.
  if (!status.filters) return own.seccomp != kFilters;
  return *status.filters > own.filters.value_or(0);
}

}  // namespace

Result<Observed<Seccomp::Grant>> Seccomp::observe(const KernelView& kernel, const Spec& granted) {
  Facts facts;
  facts.machine = TRY(machine_of(kernel.host().kernel()));
  Observed<Grant> observed;
  observed.granted = TRY(read(granted, facts));
  observed.held = observed.granted;
  const bool filtered = TRY(has_own_filter(kernel));
  if (!filtered) observed.held.profile = seccomp::Profile::unconfined();
  return observed;
}

std::string Seccomp::surplus(const Observed<Grant>& /*observed*/) {
  return "runs without the seccomp filter that it was granted";
}

}  // namespace hardened::controls
