// What mounts asks of the host beside the sources of binds (mounts_gather.cpp): places, parts of them, sockets, swap.
//
// Names are looked up first and located when the list of mounts is known, so that all of them lie on a mount of it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "controls/mounts.h"
#include "core/base/host.h"
#include "core/base/result.h"

namespace hardened::controls {

// Of hardened's own: what stands there or, where nothing does yet, on the way there, and the rest of the path. The first
// record makes its directory when the first container was judged already.
struct OwnPlace {
  Identity nearest;
  std::string rest;
};
using OwnPlaces = std::vector<OwnPlace>;

struct HostPlaces {
  std::map<std::string, Identity, std::less<>> named;  // by a ceiling; those that are there
  OwnPlaces own;
  OwnPlaces own_logs;
};
[[nodiscard]] Result<HostPlaces> look_up_places(Host& host, const MountsCeiling& ceiling);

// Fills facts.places, parts, own, own_logs and homes.
[[nodiscard]] Done place_all(const MountTable& mounts, const HostPlaces& found, const MountsCeiling& ceiling,
                             MountsFacts& facts);

[[nodiscard]] Result<Placed> placed(const MountTable& mounts, const Identity& identity);

// Those on which root listens: where they stand, as far as their names still lead to them.
void look_for_sockets(Host& host, const MountTable& mounts, MountsFacts& facts);

// Files in which the memory of the host lies, for whoever reads them. Nothing where the kernel has no swap.
[[nodiscard]] Done look_for_swap_files(Host& host, const MountTable& mounts, MountsFacts& facts);

// "/a/b" of "/a/b/c", "/" of "/a".
[[nodiscard]] std::string parent_of(const std::string& path);

}  // namespace hardened::controls
