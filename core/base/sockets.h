// Which UNIX sockets root, or somebody unknown, listens on, behind host_linux.cpp: Host::listeners says what it promises.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/host.h"

namespace hardened::sockets {

[[nodiscard]] Result<std::vector<Listener>> listeners();

// The names of the listening ones in the text of /proc/net/unix, without the file that each was bound to.
[[nodiscard]] std::vector<std::string> listening_names(std::string_view text);

}  // namespace hardened::sockets
