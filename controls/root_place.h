// Which of the host's own directories a container's root would be.
#pragma once

#include <string>

#include "core/base/host.h"
#include "core/base/result.h"

namespace hardened::controls {

// The protected place that a directory is, holds or lies in, in words ("/etc of the host"); "" for any other, so
// that an engine may keep its containers where it likes. `path` is canonical (core/base/canonical.h). A place is
// recognised by its name and by device and inode, under which a bind mount shows it as well.
[[nodiscard]] Result<std::string> protected_root(Host& host, const std::string& path);

}  // namespace hardened::controls
