// The engines of this host whose word on what a container is made of counts.
//
//   engines: [{name: docker, data_root: /var/lib/docker}]
//
// All of them keep their data as dockerd does. An empty list is right: then no waiver holds.
#pragma once

#include <string>
#include <vector>

#include "config/layers.h"
#include "controls/mounts.h"
#include "core/doc/cursor.h"

namespace hardened::config {

struct Engine {
  std::string name;       // unique
  std::string data_root;  // absolute, without "." and "..", unique
};

[[nodiscard]] std::vector<Engine> read_engines(const Layers& top, doc::Diagnostics& wrong);

// What an engine gives to containers of its data is theirs to have, and the rest of it is not: mounts has to know.
void add_data_roots(const std::vector<Engine>& engines, controls::MountsCeiling& ceiling);

}  // namespace hardened::config
