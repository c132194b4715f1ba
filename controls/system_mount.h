// Which entries of /mounts are the runtime's own file systems, and what their options leave open.
//
// /mounts has two owners. The entries of this predicate belong to system_mounts: no bind, and of type
// proc, sysfs, cgroup, cgroup2, mqueue, devpts, devtmpfs or cpuset anywhere, or a tmpfs on /dev itself; and all that say
// `remount`, bind or not, since that changes a mount which stands there already. All others belong to
// mounts.
//
// Options are read as runc reads them (specconv, parseMountOptions): exact words, later ones win; `bind`
// and `rbind` cannot be taken back; what is no known word is data for the file system. The recursive words
// (rrw, rsuid, …) are applied after the others where they are applied at all, so they count only where
// they loosen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/doc/cursor.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

enum class SystemMount : std::uint8_t { none, proc, sysfs, cgroup, mqueue, devpts, dev, remount, hosts };

// What an entry leaves open beyond the strictest form of its kind, as bits of a Flags.
enum class MountPower : unsigned {
  write,          // sysfs, cgroup: not read-only
  suid,           // without nosuid
  device,         // without nodev
  execute,        // without noexec
  elsewhere,      // a second proc or sysfs, where no path is masked
  remount,        // changes a mount that stands there already
  hosts,          // the host's own instance of a file system: devtmpfs, cgroup v1 by its old name cpuset
  release_agent,  // cgroup v1: names the program that the kernel runs as root of the host
};
[[nodiscard]] constexpr unsigned bit(MountPower power) { return static_cast<unsigned>(power); }

struct MountEntry {
  SystemMount kind = SystemMount::none;
  Flags powers;                      // none for an entry of others
  std::string label;                 // "sysfs at /sys", printable
  std::vector<std::string> options;  // as they stand there
  bool has_options = false;          // false: absent or null
};
[[nodiscard]] Result<MountEntry> read_mount(const doc::Cursor& mount);

// Of any entry: what its options leave open of write, suid, device and execute.
[[nodiscard]] Flags open_powers(const std::vector<std::string>& options);

// How to take powers away by changes of the list of options: the words to replace, to remove and to append.
struct OptionEdits {
  struct Replacement {
    std::size_t index;
    std::string_view word;
  };
  std::vector<Replacement> replace;
  std::vector<std::size_t> remove;
  std::vector<std::string_view> append;
};
// Only for powers that an option can take away: not elsewhere, not remount, not hosts.
[[nodiscard]] OptionEdits without_powers(const std::vector<std::string>& options, Flags powers);

}  // namespace hardened::controls
