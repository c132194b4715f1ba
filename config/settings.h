// Everything in a policy that is neither a control's rule nor a waiver.
#pragma once

#include "config/layers.h"
#include "config/policy.h"
#include "core/doc/cursor.h"

namespace hardened::config {

// Unknown keys of the file's top, its version, and all settings into `policy`.
void read_settings(const Layers& top, Policy& policy, doc::Diagnostics& wrong);

}  // namespace hardened::config
