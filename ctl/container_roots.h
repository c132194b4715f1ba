// Where on this host low-level runtimes keep their containers.
#pragma once

#include <string>
#include <vector>

#include "ctl/command.h"

namespace hardened::ctl {

// Canonical, sorted, each once; those that are not there are left out. What engines use:
//
//   <exec-root>/runtime-runc/<namespace>   dockerd, for each exec-root, and managed plugins beside
//   /run/containerd/runc/<namespace>       containerd
//   /run/runc, /run/crun                   podman, CRI-O, BuildKit, and whoever names no --root
//
// and every root of which there is a grant record, and `more`, which are looked at as they are.
struct RootTrouble {
  std::string root;
  std::string why;  // it could not be looked at
};
struct ContainerRoots {
  std::vector<std::string> roots;
  std::vector<RootTrouble> troubles;
};
[[nodiscard]] Result<ContainerRoots> container_roots(const Context& context,
                                                     const std::vector<std::string>& more);

// Where dockerds keep their own files: "/var/lib/docker".
[[nodiscard]] Result<std::vector<std::string>> engine_data_roots(const Context& context);

}  // namespace hardened::ctl
