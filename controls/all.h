// The one list of controls, in the order in which they decide.
#pragma once

#include <tuple>

#include "controls/capabilities.h"
#include "controls/fields.h"
#include "controls/no_new_privileges.h"
#include "controls/pids.h"
#include "controls/rlimits.h"

namespace hardened::controls {

using AllControls = std::tuple<Capabilities,  // first: seccomp's ceiling is resolved for what it grants
                               NoNewPrivileges,  //
                               Pids,             //
                               Rlimits>;

}  // namespace hardened::controls
