// Where a container's cgroup would stand: /linux/cgroupsPath.
//
//   /docker/<id>                   a path below the root of each hierarchy
//   system.slice:docker:<id>       docker-<id>.scope in that slice of systemd
//
// Engines end it with the container's id; the rest is the user's (--cgroup-parent). No form of it can be narrowed: another
// place has other limits, and the engine looks for the container where it has asked for it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hardened::controls {

// Below which cgroups containers may stand: paths ("/docker") and slices ("docker.slice"). "/", which is that of everything,
// is among no others unless it is listed.
struct CgroupParents {
  bool any = false;
  std::vector<std::string> listed;  // when not any, each as a path
};

// A path or a slice of a policy, as a path: "a-b.slice" is /a.slice/a-b.slice (systemd.slice(5)); "" for neither.
[[nodiscard]] std::string path_of_parent(std::string_view parent);

// Why a container's cgroup may not stand there; "" where it may. Never, whatever the parents:
//   * directly below the root, unless that is listed: beside, and as much as, all that the host runs
//   * in a service, or another unit of systemd that is no slice: that is bounded and ended as one. Podman does so where a
//     service starts it (--cgroups=split): it ends in libpod-payload-<id>, which no user chooses
//   * a path with `..` or an empty part, which runtimes clean in ways of their own
//   * what is neither an absolute path nor slice:prefix:name: to crun `web` is /web, and `a.slice:web` lies in a slice
[[nodiscard]] std::string why_not_there(std::string_view cgroups_path, const CgroupParents& parents);

}  // namespace hardened::controls
