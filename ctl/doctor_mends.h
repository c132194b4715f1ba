// What doctor tells people to do where that depends on what install did so far: it keeps to one daemon.json and to one runc.
#pragma once

#include <string>

#include "ctl/doctor_world.h"

namespace hardened::ctl {

// Makes hardened the default of that daemon.
[[nodiscard]] std::string mend_of_default(const World& world, const Daemon& daemon);

// Puts hardened where that runc stands.
[[nodiscard]] std::string mend_of_runc(const World& world, const std::string& path);

}  // namespace hardened::ctl
