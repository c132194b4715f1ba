// The machine we run on, behind the seam of host.h.
#pragma once

#include <memory>

#include "core/base/host.h"

namespace hardened {

[[nodiscard]] std::unique_ptr<Host> linux_host();

}  // namespace hardened
