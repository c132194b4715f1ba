// What is mounted within a place belongs to it, whatever file system it is of.
//
//   /usr/local, a bind mount of /data/local               8:2 /data/local is a part of /usr
//   /usr/local, a subvolume of btrfs beside the root's    0:35 /@/usr/local
//
// Within some places, services mount what is somebody else's and keep it elsewhere (/run, an engine's data root; the list is
// in mount_parts.cpp): schroot shows /home below /run/schroot. There only that is a part which the host has nowhere outside of
// its protected places. A whole file system needs no part then: it is known by where it is at home (mount_within.h).
//
// No part of it are
//
//   what shows the place itself again, or the root of the host    mount --bind / /root/mnt
//   volumes of an engine                                          their users name what is mounted there
//   what another mount hides
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "controls/mount_place.h"
#include "core/base/proc_mounts.h"

namespace hardened::controls {

struct MountsCeiling;
struct MountsFacts;

// By the name of the place; where each is mounted, and what is.
using Parts = std::map<std::string, std::vector<Placed>, std::less<>>;

// Of facts.places, with facts.homes known. Pure.
[[nodiscard]] Parts parts_of(const MountTable& mounts, const MountsCeiling& ceiling,
                             const MountsFacts& facts);

// What is mounted within a place of hardened's own, wherever that is kept.
[[nodiscard]] std::vector<Placed> parts_of(const MountTable& mounts, const Placed& place);

}  // namespace hardened::controls
