// What the low-level runtime itself remembers of a container, for containers that we have no grant record of.
#pragma once

#include <string>

#include "controls/init_process.h"
#include "core/base/host.h"
#include "core/doc/value.h"

namespace hardened::runtime {

// Where the container's bundle is, as remembered in <root>/<id>/state.json (runc: the label "bundle=…") or
// <root>/<id>/status (crun: "bundle").
[[nodiscard]] Result<std::string> bundle_of(Host& host, const std::string& root, const std::string& id);

// /process of the container's bundle, which is what runc and crun start from when exec is given flags
// instead of a process document.
[[nodiscard]] Result<doc::Value> bundle_process(Host& host, const std::string& root, const std::string& id);

using controls::init_process;
using controls::InitProcess;
using controls::waits;

// Where a low-level runtime keeps its containers when no --root is given.
[[nodiscard]] std::string default_root(const std::string& low_level);

}  // namespace hardened::runtime
