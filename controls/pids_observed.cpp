#include <optional>

#include "controls/kernel.h"
#include "controls/pids.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

using Kind = TaskLimit::Kind;

std::optional<TaskLimit> parse_pids_max(std::string_view text) {
  if (text == "max") return TaskLimit::without_number(Kind::unlimited);
  unsigned long long tasks = 0;
  if (!parse_decimal(text, tasks)) return std::nullopt;
  return TaskLimit::of(tasks);
}

std::string told(const TaskLimit& limit) {
  return limit.is(Kind::number) ? std::to_string(limit.tasks()) : "unlimited";
}

Result<TaskLimit> pids_max(const KernelView& kernel, const KernelView::Cgroup& cgroup) {
  const std::string text = TRY(kernel.cgroup_file(cgroup, "pids.max"));
  const auto limit = parse_pids_max(text);
  if (!limit) return Error{Fault::io, "the kernel's pids.max says '" + printable(text, 40) + "'"};
  return *limit;
}

// How many tasks the cgroup may have. A limit above it in the hierarchy bounds it too (cgroup-v2, "pids"): below a
// systemd scope crun makes one more cgroup, and the scope has the limit. So where its own does not do, those above are
// asked, up to the root, which has no such file.
Result<TaskLimit> tasks_within(const KernelView& kernel, KernelView::Cgroup cgroup, const TaskLimit& most) {
  TaskLimit held = TRY(pids_max(kernel, cgroup));
  while (!leq(held, most)) {
    cgroup.directory.resize(cgroup.directory.rfind('/'));
    const auto above = pids_max(kernel, cgroup);
    if (!above && above.error().fault == Fault::absent) break;
    const TaskLimit limit = TRY(above);
    held = meet(held, limit);
  }
  return held;
}

}  // namespace

Result<Observed<PidsLimits>> Pids::observe(const KernelView& kernel, const Spec& granted) {
  const Grant limits = TRY(read(granted, Facts{}));
  Observed<Grant> observed{limits, limits};
  // A grant of no limit at all is the top: nothing can be above it, so that no cgroup need be there.
  if (leq(TaskLimit::without_number(Kind::unlimited), limits.limit) && limits.unified.is(Kind::kept)) {
    return observed;
  }
  const KernelView::Cgroup cgroup = TRY(kernel.cgroup("pids"));
  // The file has one number for both fields. Of the two, the unified one is written last, on version 2 alone.
  const bool by_unified = cgroup.version == 2 && !limits.unified.is(Kind::kept);
  const TaskLimit& most = by_unified ? limits.unified : limits.limit;
  (by_unified ? observed.held.unified : observed.held.limit) = TRY(tasks_within(kernel, cgroup, most));
  return observed;
}

std::string Pids::surplus(const Observed<PidsLimits>& observed) {
  const bool unified = !leq(observed.held.unified, observed.granted.unified);
  const auto of = [unified](const PidsLimits& limits) { return unified ? limits.unified : limits.limit; };
  return "has a pids limit of " + told(of(observed.held)) + " instead of " + told(of(observed.granted));
}

}  // namespace hardened::controls
