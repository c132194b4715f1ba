// The pids limit: how many tasks a container may have, the pids.max of its cgroup.
//
//   controls: {pids: {on_excess: narrow, default: 4096, maximum: 4096}}
//
//   request   /linux/resources/pids/limit and /linux/resources/unified/pids.max, each by itself: runc
//             writes the unified one last, so that it counts; crun on cgroup v1 may pass over it in silence, so
//             that the other one counts
//   ceiling   maximum: what an explicit request is narrowed to; default (at most maximum): what a
//             container gets that asks for nothing. 1 to 4194304 tasks, or `unlimited`
//
// A request may ask for less where the runtime would lay our default over it: in the unified field, which crun on
// version 1 does not read, or as the TasksMax of its systemd scope (annotation org.systemd.property.TasksMax), behind which
// the runtime writes pids.max itself. The default is never above those.
//
// What absence means depends on the call. At create it is no limit at all, above even `unlimited`:
// only absence takes the default. In an update it is *kept*: a default that was put into every update
// would raise the limit of a container that was created with a lower one.
//
// Zero is read as unlimited, like every number below it: runc up to 1.3 takes 0 for "not set", runc
// from 1.4 on for one task. It is never written. In an update, where "not set" means kept, the key is
// taken out: that is what the first reading says, and no more than what the second one may hold.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "controls/control.h"

namespace hardened::controls {

// A chain: kept < 1 < 2 < … < unlimited < unclear < absent.
class TaskLimit {
 public:
  enum class Kind : std::uint8_t {
    kept,       // an update that does not speak of it
    number,     // at least 1
    unlimited,  // -1, "max"
    unclear,    // 0 in an update
    absent,     // a create that does not speak of it
  };

  TaskLimit() = default;
  [[nodiscard]] static TaskLimit of(std::uint64_t tasks) { return TaskLimit(Kind::number, tasks); }
  [[nodiscard]] static TaskLimit without_number(Kind kind) { return TaskLimit(kind, 0); }

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is(Kind kind) const { return kind_ == kind; }
  [[nodiscard]] std::uint64_t tasks() const { return tasks_; }  // of a number

  friend auto operator<=>(const TaskLimit&, const TaskLimit&) = default;
  friend bool leq(const TaskLimit& a, const TaskLimit& b) { return a <= b; }
  friend TaskLimit meet(const TaskLimit& a, const TaskLimit& b) { return a <= b ? a : b; }

 private:
  TaskLimit(Kind kind, std::uint64_t tasks) : kind_(kind), tasks_(tasks) {}
  Kind kind_ = Kind::kept;  // compared first
  std::uint64_t tasks_ = 0;
};

struct PidsLimits {
  TaskLimit limit;
  TaskLimit unified;  // kept where there is none: it then adds nothing to the other

  friend bool operator==(const PidsLimits&, const PidsLimits&) = default;
  friend bool leq(const PidsLimits& a, const PidsLimits& b) {
    return leq(a.limit, b.limit) && leq(a.unified, b.unified);
  }
  friend PidsLimits meet(const PidsLimits& a, const PidsLimits& b) {
    return {meet(a.limit, b.limit), meet(a.unified, b.unified)};
  }
};

struct Pids {
  static constexpr std::string_view name = "pids";
  static constexpr std::array<std::string_view, 2> owned{"/linux/resources/pids",
                                                         "/linux/resources/unified/pids.max"};
  static constexpr std::array<std::string_view, 2> keys{"default", "maximum"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};

  using Needs = std::tuple<>;
  using Grant = PidsLimits;
  struct Ceiling {  // each a number or unlimited
    TaskLimit by_default = TaskLimit::of(1);
    TaskLimit maximum = TaskLimit::of(1);
  };
  struct Facts {
    TaskLimit tasks_max = TaskLimit::without_number(TaskLimit::Kind::unlimited);  // of the request's scope
  };

  [[nodiscard]] static Result<Grant> read(const Spec& spec, const Facts& facts);
  [[nodiscard]] static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  [[nodiscard]] static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  [[nodiscard]] static Grant bound(const Ceiling& ceiling, const Facts& facts, const std::tuple<>& earlier);
  [[nodiscard]] static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                             const std::tuple<>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  static constexpr Flags lifted_by{std::uint64_t{1} << 21U};  // CAP_SYS_ADMIN
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<Pids>);

}  // namespace hardened::controls
