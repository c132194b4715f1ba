// The hooks that the host itself asks for, in files of root's:
//
//   /usr/share/containers/oci/hooks.d, /etc/containers/oci/hooks.d   *.json, oci-hooks(5): Podman, CRI-O
//   /etc/cdi, /run/cdi                                               *.json, *.yaml: Container Device Interface,
//                                                                    containerEdits of all devices and of each
//
// Engines copy them into a bundle word for word. A file that others can write, or that cannot be read as what it is,
// declares nothing.
#pragma once

#include <vector>

#include "controls/hook_list.h"
#include "core/base/host.h"

namespace hardened::controls {

struct DeclaredHook {
  Hook hook;
  std::vector<Stage> stages;
};
[[nodiscard]] std::vector<DeclaredHook> declared_hooks(Host& host);

// The same program, arguments, environment and time, at one of its stages.
[[nodiscard]] bool declares(const std::vector<DeclaredHook>& declared, const Hook& hook);

}  // namespace hardened::controls
