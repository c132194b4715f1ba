// The one list of controls, in the order in which they decide.
#pragma once

#include <tuple>

#include "controls/fields.h"

namespace hardened::controls {

using AllControls = std::tuple<>;

}  // namespace hardened::controls
