// The program: what happens with one call of the runtime's command line.
#pragma once

#include <string>
#include <vector>

#include "core/base/host.h"

namespace hardened::runtime {

// The exit status, for a call that was refused or failed; a call that goes on never returns on the
// machine, since the low-level runtime takes our place. argv and the environment are the process's own.
[[nodiscard]] int run(Host& host, const std::vector<std::string>& argv,
                      const std::vector<std::string>& environment);

}  // namespace hardened::runtime
