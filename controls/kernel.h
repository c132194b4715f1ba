// What a control may read of a running container: its first process, as the kernel shows it.
//
//   const KernelView kernel(host, {.process = 4711, .begun = Begun::waiting, .inherited = limits});
//   const ProcStatus status = TRY(kernel.status());
//   status.capabilities[ProcStatus::bounding]
//
// Each file is read when it is first asked for, and once: what several controls say was true at one moment. All
// of it is read below /proc/<process>, so whoever makes the view has hold of the process (Host::hold) and asks
// afterwards whether it still lives; only then was it all of the one process. Links that the container has are followed
// inside of it alone, and what is found there counts by what the kernel says of its mount.
//
// Errors: the host's own. A process that ends while it is read is one of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/host.h"
#include "core/base/proc_mounts.h"
#include "core/base/proc_status.h"
#include "core/base/result.h"

namespace hardened::controls {

// How far the container is.
enum class Begun : std::uint8_t {
  waiting,  // its first process is still the runtime's, at the fifo where it waits for `start`
  running,  // user code has begun, or may have: it may have used what it was granted
};

// The mounts of our own namespace: of the host.
[[nodiscard]] Result<MountTable> own_mounts(Host& host);

class KernelView {
 public:
  struct Subject {
    std::uint32_t process = 0;
    Begun begun = Begun::waiting;
    // The runtime has a filter ready and loads it only after the wait: crun, under no_new_privs (seen on 1.8.1).
    bool filter_to_come = false;
    std::array<Limit, 16> inherited{};  // the limits that the runtime itself ran under at create
    std::vector<std::string> judged{};  // Mounts::judged_sources at create; none in records of earlier builds
  };

  KernelView(Host& host, const Subject& subject);

  [[nodiscard]] const Subject& subject() const { return subject_; }
  [[nodiscard]] Host& host() const { return host_; }

  [[nodiscard]] Result<ProcStatus> status() const;
  [[nodiscard]] Result<ProcStatus> own_status() const;  // of ourselves
  [[nodiscard]] Result<std::array<Limit, 16>> limits() const;
  [[nodiscard]] Result<const MountTable*> mounts() const;

  // The directory of the container's cgroup in the hierarchy of a controller ("pids", "devices").
  struct Cgroup {
    int version = 2;
    std::string directory;
  };
  [[nodiscard]] Result<Cgroup> cgroup(std::string_view controller) const;
  // A file of it, without the line feed at its end.
  [[nodiscard]] Result<std::string> cgroup_file(const Cgroup& cgroup, std::string_view name) const;

  // What stands at a path of the container, as it sees it itself; nothing where nothing does.
  [[nodiscard]] Result<std::optional<Place>> inside(const std::string& path) const;

  // The AppArmor label in force; nothing where the kernel has no AppArmor. A label that was written to
  // attr/apparmor/exec and waits for execve(2) is not in it: a container that is waiting still runs under the
  // runtime's own, so only that of a running one tells anything.
  [[nodiscard]] Result<std::optional<Label>> label() const;

  // Which namespace it is in: "net", as below /proc/<process>/ns.
  [[nodiscard]] Result<NameSpace> name_space(std::string_view file) const;
  // Its maps and adjustments as they stand in /proc/<process>: "uid_map", "gid_map", "oom_score_adj".
  [[nodiscard]] Result<std::string> text(std::string_view file) const;

 private:
  [[nodiscard]] std::string path(std::string_view file) const;
  [[nodiscard]] Result<std::string> hierarchy(const CgroupPlace& place, std::string_view controller) const;

  Host& host_;
  Subject subject_;
  // Read once, when first asked for.
  mutable std::optional<Result<ProcStatus>> status_;
  mutable std::optional<Result<MountTable>> mounts_;
  mutable std::optional<Result<std::string>> cgroups_;
};

}  // namespace hardened::controls
