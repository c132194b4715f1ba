// Where a directory or a file really is: which file system, and which path within it.
//
// Paths are names that anybody may give anew: by a link, by a bind mount of a bind mount, by a volume that an engine
// mounted. What the kernel says of the mount that something lies on (mountinfo) sees through all of them.
//
//   /var/lib/docker/volumes/v/_data, a bind mount of /        8:1  /
//   /home, a subvolume of btrfs                               0:35 /@home
//
// Two places with the same location are the same; a location below another's is inside of it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/host.h"
#include "core/base/proc_mounts.h"
#include "core/base/result.h"

namespace hardened::controls {

struct Location {
  std::string device;  // as in mountinfo: that of a file system, where stat(2) may tell another (btrfs)
  std::string path;    // clean
  friend bool operator==(const Location&, const Location&) = default;
};
// Is `inner` the same as `outer`, or below it?
[[nodiscard]] bool lies_in(const Location& inner, const Location& outer);

// A place with a name: as it was written, and where that leads.
struct Placed {
  std::string path;  // canonical
  Location location;
  Stat stat;
};

// What becomes visible by a mount: its source, or what is mounted below that and comes along.
struct Reached {
  Placed place;
  std::string kind;  // of its file system: "ext4"
  bool open_to_all =
      false;  // a file that everybody on the host can read, by its mode and those of its directories
};

// Where a file system is mounted: the points that show all of it, and those of subvolumes and bind mounts.
struct Home {
  struct Part {
    std::string root;  // within the file system
    std::string point;
  };
  std::vector<std::string> whole;
  std::vector<Part> parts;
};
using Homes = std::map<std::string, Home, std::less<>>;  // by their device
[[nodiscard]] Homes homes_of(const MountTable& mounts);

// The mount that something lies on. Errors: Fault::io, for one that is on none of these.
[[nodiscard]] Result<const Mount*> mount_under(const MountTable& mounts, const Identity& identity);
[[nodiscard]] Result<Placed> locate(const Mount& mount, const Identity& identity);

// "/srv/data/x" and "/srv" make "data/x", both the same make "".
[[nodiscard]] std::string without_prefix(std::string_view path, std::string_view prefix);
// "/srv" and "/data/x" make "/srv/data/x", "/" and "/" make "/".
[[nodiscard]] std::string joined_path(std::string_view directory, std::string_view path);

// What a source is known by: its location, and of anything but a directory the number of its inode, since a file can be
// put in another's place under the same name. At most 80 bytes: a long one is a digest.
// Of a source that is not there: nothing that is mounted all the same was judged.
inline constexpr std::string_view kNothing = "nothing";
[[nodiscard]] std::string token_of(const Location& location, const Stat& stat);

}  // namespace hardened::controls
