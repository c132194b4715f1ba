// Where dockerds keep what they made, containers and plugins: their data roots, and below one of a dockerd that remaps user
// ids <data-root>/<uid>.<gid>, the ids that root of its containers has on the host.
//
//   engine_homes(host, {"/var/lib/docker"})   // {"/srv/docker", "/srv/docker/100000.100000"}, where it is a link
#pragma once

#include <string>
#include <vector>

#include "core/base/host.h"

namespace hardened::ctl {

// Canonical, each once. A data root that is not there yet is among them, without remapped ones; an error where it cannot be
// looked into.
[[nodiscard]] Result<std::vector<std::string>> engine_homes(Host& host,
                                                            const std::vector<std::string>& data_roots);

}  // namespace hardened::ctl
