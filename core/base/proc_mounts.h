// The mounts that a process sees, and the cgroups that it is in, as the kernel prints them: proc(5),
// /proc/<pid>/mountinfo and /proc/<pid>/cgroup; and what is swapped to, /proc/swaps.
//
//   const MountTable mounts = TRY(MountTable::parse(text));
//   const Mount* sys = mounts.at("/sys");         // nullptr: nothing is mounted there
//   sys->read_only()
//
// Paths are as that process sees them from its root. Of several mounts on one path the last is on top, and the
// only one that is seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace hardened {

struct Mount {
  std::uint64_t number = 0;   // no other mount has it at the same time
  std::string device;         // of the file system: "8:1"
  std::string root;           // which part of the file system: "/", of a bind mount the path within
  std::string point;          // unescaped
  std::string options;        // of the mount: "ro,nosuid,nodev,noexec,relatime"
  std::string kind;           // "proc"
  std::string super_options;  // of the file system: "rw,size=65536k"
  // What is mounted below it shows elsewhere (mount_namespaces(7)): in others of its peer group, and in it from its master alone.
  bool shared = false;
  bool follows = false;
  bool unbindable = false;

  // Is this a whole word among the mount's own options?
  [[nodiscard]] bool has(std::string_view option) const;
  // By itself, or since its file system is.
  [[nodiscard]] bool read_only() const;
};

class MountTable {
 public:
  MountTable() = default;
  // Errors: Fault::io, for a line that is no line of mountinfo.
  [[nodiscard]] static Result<MountTable> parse(std::string_view text);

  [[nodiscard]] const std::vector<Mount>& all() const { return mounts_; }
  // The one on top there.
  [[nodiscard]] const Mount* at(std::string_view path) const;
  // The one that a path lies on.
  [[nodiscard]] const Mount* over(std::string_view path) const;
  // Those that stand below a path, hidden ones too.
  [[nodiscard]] std::vector<const Mount*> below(std::string_view path) const;
  [[nodiscard]] const Mount* numbered(std::uint64_t number) const;

 private:
  std::vector<Mount> mounts_;
  // Their places in the list, sorted: whoever asks may ask for thousands of paths.
  std::vector<std::size_t> by_point_;  // of one point, the last is the last
  std::vector<std::size_t> by_number_;
};

// The files that the host swaps to, as /proc/swaps names them; partitions are none.
[[nodiscard]] std::vector<std::string> swap_files(std::string_view text);

// Is `word` one of the words between commas?
[[nodiscard]] bool names(std::string_view list, std::string_view word);

// Where the process stands in the hierarchy of a controller. Version 2 has one hierarchy for all; a controller that
// has one of its own in version 1 is there, also on a host with both.
struct CgroupPlace {
  int version = 2;
  std::string path;  // below the mount point of the hierarchy, as the reader's own cgroup namespace sees it
};
// Of /proc/<pid>/cgroup. Nothing where neither has it.
[[nodiscard]] std::optional<CgroupPlace> cgroup_place(std::string_view text, std::string_view controller);

}  // namespace hardened
