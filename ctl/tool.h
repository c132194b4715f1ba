// The program, apart from what it acts through: tests hand in a host in memory.
#pragma once

#include <string>
#include <vector>

#include "ctl/command.h"

namespace hardened::ctl {

// The exit status. argv is the program's own.
[[nodiscard]] int run(const Context& context, const std::vector<std::string>& argv);

}  // namespace hardened::ctl
