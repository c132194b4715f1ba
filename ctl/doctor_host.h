// What doctor asks of programs of the host: their versions.
#pragma once

#include <optional>
#include <string>

#include "ctl/doctor_world.h"

namespace hardened::ctl {

// The low-level runtime, or why there is none to be had.
[[nodiscard]] Result<std::string> low_level_of(const World& world);
// "1.1.5+ds1" of what a program that root alone can have written says to --version; "" where it is none, or says none.
[[nodiscard]] std::string version_of(Host& host, const std::string& program);
// What the daemon's program says, asked once: "20.10.24+dfsg1".
[[nodiscard]] std::string version_of(const World& world, const Daemon& daemon);
// The program that a daemon is, or would be; "" where that is not known.
[[nodiscard]] std::string dockerd_of(const World& world, const Daemon& daemon);

}  // namespace hardened::ctl
