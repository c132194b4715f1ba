#include "controls/root_place.h"

#include <array>
#include <string_view>

#include "controls/lexical.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

// The host runs on these, and on all that lies in them.
constexpr std::array<std::string_view, 12> kTrees{"/bin",   "/boot",   "/dev",  "/etc",  "/lib", "/lib32",
                                                  "/lib64", "/libx32", "/proc", "/sbin", "/sys", "/usr"};
// Memory for everybody, and no device.
constexpr std::string_view kSharedMemory = "/dev/shm";

// Roots of containers lie below them: they are protected as a whole, and with what holds them.
constexpr std::array<std::string_view, 21> kPlaces{"/",
                                                   "/home",
                                                   "/media",
                                                   "/mnt",
                                                   "/opt",
                                                   "/root",
                                                   "/run",
                                                   "/run/containerd",
                                                   "/run/docker",
                                                   "/run/hardened",
                                                   "/run/user",
                                                   "/srv",
                                                   "/tmp",
                                                   "/var",
                                                   "/var/lib",
                                                   "/var/lib/containerd",
                                                   "/var/lib/containers",
                                                   "/var/lib/docker",
                                                   "/var/log",
                                                   "/var/spool",
                                                   "/var/tmp"};

std::string told(std::string_view place) {
  return place == "/" ? "the root directory of the host" : std::string(place) + " of the host";
}

// Is it the same directory, by whatever name?
Result<bool> same(Host& host, const Stat& stat, std::string_view place) {
  const Result<Stat> other = host.stat(std::string(place), Links::follow);
  if (!other && other.error().fault == Fault::absent) return false;
  if (!other) return other.error();
  return other->device == stat.device && other->inode == stat.inode;
}

template <std::size_t Size>
Result<std::string> one_of(Host& host, const Stat& stat, const std::array<std::string_view, Size>& places) {
  for (const std::string_view place : places) {
    const bool found = TRY(same(host, stat, place));
    if (found) return told(place);
  }
  return std::string();
}

}  // namespace

Result<std::string> protected_root(Host& host, const std::string& path) {
  if (path == "/") return told(path);
  for (const std::string_view place : kTrees) {
    const bool inside = lies_in(path, place) && !(lies_in(path, kSharedMemory) && path != kSharedMemory);
    if (inside || lies_in(place, path)) return told(place);
  }
  for (const std::string_view place : kPlaces) {
    if (lies_in(place, path)) return told(place);
  }
  // The names say nothing of a bind mount. What is mounted of a tree's inside is told by judging mounts, not here.
  const Result<Stat> stat = host.stat(path, Links::refuse);
  if (!stat && stat.error().fault == Fault::absent) return std::string();  // the runtime has nothing to start
  if (!stat) return stat.error();
  const std::string tree = TRY(one_of(host, *stat, kTrees));
  if (!tree.empty()) return tree;
  return one_of(host, *stat, kPlaces);
}

}  // namespace hardened::controls
