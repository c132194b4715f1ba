// The runtime's own file systems in a container: proc, sysfs, cgroup, mqueue, devpts and /dev.
//
//   system_mounts: {on_excess: narrow, sysfs: read-only, cgroup: read-only}
//
// sysfs and cgroup are mounted read-only, as Docker does it: through a writable cgroup file system a
// container raises its own pids and memory limits with default capabilities, through a writable sysfs it
// sets what the kernel runs on the host. In a user namespace of its own that maps nobody to the host's
// root both may be writable, since the files there belong to that root (a daemon with userns-remap makes
// its cgroup mount so). nosuid, nodev and noexec are as Docker has them on each kind.
//
// No entry is ever dropped or moved. What an option cannot mend is refused: a second procfs or sysfs,
// where no masked path applies (unless in such a user namespace, for which the kernel looks after that
// itself), and `remount` entries, which no engine writes. Absent options leave everything open.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "controls/control.h"
#include "controls/system_mount.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

// What each entry of /mounts leaves open (MountPower), by its place in the list. Entries of others
// count as closed, as do those beyond the end, so that equal grants are equal lists.
class SystemMountsGrant {
 public:
  SystemMountsGrant() = default;
  explicit SystemMountsGrant(std::vector<Flags> powers);
  [[nodiscard]] Flags at(std::size_t index) const {
    return index < powers_.size() ? powers_[index] : Flags();
  }
  [[nodiscard]] std::size_t size() const { return powers_.size(); }

  friend bool operator==(const SystemMountsGrant&, const SystemMountsGrant&) = default;
  friend bool leq(const SystemMountsGrant& a, const SystemMountsGrant& b);
  friend SystemMountsGrant meet(const SystemMountsGrant& a, const SystemMountsGrant& b);

 private:
  std::vector<Flags> powers_;
};

struct SystemMountsCeiling {
  bool sysfs_writable = false;
  bool cgroup_writable = false;
};

struct SystemMountsFacts {
  bool own_user_namespace = false;
  struct Entry {
    SystemMount kind = SystemMount::none;
    std::string label;
  };
  std::vector<Entry> entries;  // as many as /mounts has
};

struct SystemMounts {
  static constexpr std::string_view name = "system_mounts";
  static constexpr std::array<std::string_view, 1> owned{"/mounts"};
  static constexpr std::array<std::string_view, 2> keys{"sysfs", "cgroup"};
  static constexpr std::array modes{OnExcess::refuse, OnExcess::narrow, OnExcess::observe};
  using Needs = std::tuple<>;
  using Grant = SystemMountsGrant;
  using Ceiling = SystemMountsCeiling;
  using Facts = SystemMountsFacts;

  static Result<Grant> read(const Spec& spec, const Facts& facts);
  static Ceiling parse(const Rule& rule, doc::Diagnostics& wrong);
  static Result<Facts> gather(Host& host, const Spec& spec, const Ceiling& ceiling);
  static Grant bound(const Ceiling& ceiling, const Facts& facts, const Earlier<SystemMounts>& earlier);
  static Outcome<Grant> narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                               const Earlier<SystemMounts>& earlier);
  static void write(const Spec& spec, const Facts& facts, const Grant& grant, SpecEdits& edits);

  // What gather reads, all of it in the request itself.
  static Result<Facts> facts_of(const Spec& spec);

  static constexpr Flags lifted_by{std::uint64_t{1} << 21U};  // CAP_SYS_ADMIN
  [[nodiscard]] static Result<Observed<Grant>> observe(const KernelView& kernel, const Spec& granted);
  [[nodiscard]] static std::string surplus(const Observed<Grant>& observed);
};
static_assert(Observable<SystemMounts>);

}  // namespace hardened::controls
