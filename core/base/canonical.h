// Where a path really leads.
#pragma once

#include <string>

#include "core/base/host.h"

namespace hardened {

// The absolute path without symbolic links, "." and ".."; a relative one starts at our working
// directory. At most 40 links are followed, as the kernel does. Components at the end that do not
// exist yet are kept as they are written.
[[nodiscard]] Result<std::string> canonical(Host& host, const std::string& path);

// A path that only root can turn to something else: it and every directory above it belong to root
// and are not writable by others, or are sticky (in /tmp nobody can rename what is root's). `path` is
// canonical. For bundles, which callers may keep where they like; what we trust with policies is
// checked by read_trusted, which allows no sticky directory either.
[[nodiscard]] Done check_only_root_moves(Host& host, const std::string& path);

}  // namespace hardened
