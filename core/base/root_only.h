// What root alone can read and write: the places below /run/hardened where we keep what we made before.
//
//   if (!root_only_directory(host, "/run/hardened/policy")) ...     nothing in there is to be believed
//   if (!root_only(file.stat, Stat::Type::file)) ...                delete it, make it anew
#pragma once

#include <string>

#include "core/base/host.h"

namespace hardened {

// Of this type, root's, and without any permission for group and others.
[[nodiscard]] bool root_only(const Stat& stat, Stat::Type type);
// The directory is, and nobody else can turn its path to something else (stat_trusted).
[[nodiscard]] bool root_only_directory(Host& host, const std::string& path);

}  // namespace hardened
