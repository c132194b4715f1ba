// The one list of controls, in the order in which they decide.
#pragma once

#include <tuple>

#include "controls/apparmor.h"
#include "controls/capabilities.h"
#include "controls/devices.h"
#include "controls/fields.h"
#include "controls/hooks.h"
#include "controls/namespaces.h"
#include "controls/no_new_privileges.h"
#include "controls/paths.h"
#include "controls/pids.h"
#include "controls/resources.h"
#include "controls/rlimits.h"
#include "controls/rootfs.h"
#include "controls/scheduling.h"
#include "controls/seccomp.h"
#include "controls/sysctls.h"
#include "controls/system_mounts.h"
#include "controls/user.h"

namespace hardened::controls {

// Capabilities stand first: seccomp's ceiling is resolved for what they grant.
using AllControls =
    std::tuple<Capabilities, NoNewPrivileges, Namespaces, User, Seccomp, AppArmor, Devices, SystemMounts,
               Rootfs, Paths, Sysctls, Pids, Resources, Rlimits, Scheduling, Hooks>;

}  // namespace hardened::controls
