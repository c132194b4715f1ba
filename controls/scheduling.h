// How much a container may be preferred: by the out-of-memory killer, by the scheduler, by block devices.
//
//   scheduling: {on_excess: narrow, oom_score_adj: 0, nice: 0, realtime: false}
//
//   request   /process/oomScoreAdj, -1000 to 1000: the lower, the later the kernel kills it for want of memory (-1000:
//             never). Absent at create it is what the runtime itself has and the container inherits: containerd's shim
//             has -998, so that containers of engines that do not say it (ctr) would outlive the host's own services
//             /process/scheduler: {policy, nice, priority, …} of sched_setattr(2), /process/ioPriority: {class, priority} of
//             ioprio_set(2)
//   ceiling   oom_score_adj, nice: the least that may be asked for; realtime: whether SCHED_FIFO, SCHED_RR and
//             SCHED_DEADLINE and the class IOPRIO_CLASS_RT may
//
// A real-time scheduler or class is taken out, so that the container has what its runtime has; a nice value is raised to the
// ceiling. The other classes and their priorities, and the flags, can be had by any process without a privilege.
//
// In a process.json absence means as it is: to runc the container's own score (newInitConfig), to crun that of whoever calls
// it, containerd's -998. So where our own is below the ceiling an absent one is read as that, and the ceiling is written:
// of what absence means in an exec this is, beside no_new_privileges, the exception.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <tuple>

#include "controls/control.h"

namespace hardened::controls {

struct Preference {
  AtLeast oom_score_adj;
  AtLeast nice;
  Permitted realtime;     // of the processor
  Permitted realtime_io;  // of block devices

  friend bool operator==(const Preference&, const Preference&) = default;
  friend bool leq(const Preference& a, const Preference& b) {
    return leq(a.oom_score_adj, b.oom_score_adj) && leq(a.nice, b.nice) && leq(a.realtime, b.realtime) &&
           leq(a.realtime_io, b.realtime_io);
  }
  friend Preference meet(const Preference& a, const Preference& b) {
    return {meet(a.oom_score_adj, b.oom_score_adj), meet(a.nice, b.nice), meet(a.realtime, b.realtime),
            meet(a.realtime_io, b.realtime_io)};
  }
};

struct Scheduling {
  static constexpr std::string_view name = "scheduling";
  static constexpr std::array<std::string_view, 3> owned{"/process/oomScoreAdj", "/process/scheduler",
                                                         "/process/ioPriority"};
  static constexpr std::array<std::string_view, 3> keys{"oom_score_adj", "nice", "realtime"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};

  using Needs = std::tuple<>;
  using Grant = Preference;
  struct Ceiling {
    std::int64_t oom_score_adj = 1000;
    std::int64_t nice = 19;
    bool realtime = false;
  };
  struct Facts {
    AtLeast inherited;  // our own oom_score_adj, where the request says none; in an exec only if below the ceiling
  };

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const std::tuple<>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  static constexpr Flags lifted_by{std::uint64_t{1} << 23U | std::uint64_t{1}
                                                                 << 24U};  // CAP_SYS_NICE, _RESOURCE
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<Scheduling>);

}  // namespace hardened::controls
