#include "controls/mount_place.h"

#include "controls/lexical.h"
#include "core/base/sha256.h"
#include "core/base/text.h"

namespace hardened::controls {

bool lies_in(const Location& inner, const Location& outer) {
  return inner.device == outer.device && lies_in(inner.path, outer.path);
}

Homes homes_of(const MountTable& mounts) {
  Homes homes;
  for (const Mount& mount : mounts.all()) {
    Home& home = homes[mount.device];
    if (mount.root == "/") {
      home.whole.push_back(mount.point);
    } else {
      home.parts.push_back({mount.root, mount.point});
    }
  }
  return homes;
}

std::string without_prefix(std::string_view path, std::string_view prefix) {
  if (prefix != "/") path.remove_prefix(prefix.size());
  while (path.starts_with('/')) path.remove_prefix(1);
  return std::string(path);
}

std::string joined_path(std::string_view directory, std::string_view path) {
  if (path == "/" || path.empty()) return std::string(directory);
  if (directory == "/") return std::string(path);
  return std::string(directory) + std::string(path);
}

Result<const Mount*> mount_under(const MountTable& mounts, const Identity& identity) {
  // Before Linux 5.8 the kernel gives no number, and the path has to do.
  const Mount* mount = identity.mount == 0 ? mounts.over(identity.path) : mounts.numbered(identity.mount);
  if (mount == nullptr || !lies_in(identity.path, mount->point)) {
    return Error{Fault::io, "cannot tell on which mount " + printable(identity.path) +
                                " lies; try again, it may just have been mounted"};
  }
  return mount;
}

Result<Placed> locate(const Mount& mount, const Identity& identity) {
  if (!identity.path.starts_with('/')) {
    return Error{Fault::io, "cannot tell where " + printable(identity.path) + " lies"};
  }
  const std::size_t point = mount.point == "/" ? 0 : mount.point.size();
  const std::string within = identity.path.substr(point);
  return Placed{identity.path, {mount.device, joined_path(mount.root, within)}, identity.stat};
}

std::string token_of(const Location& location, const Stat& stat) {
  constexpr std::size_t kLongest = 80;
  std::string token = location.device + ' ' + location.path;
  if (stat.type != Stat::Type::directory) token += " " + std::to_string(stat.inode);
  return token.size() <= kLongest ? token : "sha256:" + sha256(token);
}

}  // namespace hardened::controls
