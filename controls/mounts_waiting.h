// All that is mounted in a container that waits, against what was judged.
//
// A destination is a name, and whoever can write to one source can rename, on the host, the directory below it on which
// another is mounted: the mount goes along to a name that nobody asks for. But no rename changes what is mounted, and
// the first process that waits mounts nothing any more. So each mount of the container has to be one of
//
//   what was judged         by its token: of an entry, or of what `rbind` brought along
//   the container's root    by the place where the bundle has it
//   made for the container  proc, sysfs, devpts, tmpfs, …: of a file system that the host has nowhere mounted
//   the runtime's own       below a destination of system_mounts, where host and container share one (cgroup, --pid=host),
//                           devices that /linux/devices names, covers of masked and read-only paths
//
// and each bind that was judged has to be there. Hooks that the policy lets in may mount what they like (NVIDIA's do):
// with one of them a mount that was not judged says nothing, and only the second half holds.
#pragma once

#include <string>
#include <vector>

#include "controls/kernel.h"
#include "controls/mount_asked.h"
#include "controls/mounts.h"

namespace hardened::controls {

// Is the container one of which that can be said: it waits, has a mount namespace of its own, and its record tells all
// that was judged?
[[nodiscard]] Result<bool> tells_all(const KernelView& kernel, const Spec& granted, std::size_t entries);

// What is above the grant, for each entry: swapped, a power. A mount that was not judged counts for the first entry, which
// stands in the answer also where no entry is asked for.
[[nodiscard]] Result<std::vector<Flags>> above_in_waiting(const KernelView& kernel, const Spec& granted,
                                                          const std::vector<AskedMount>& asked);

// What a mount leaves open of what an entry can grant.
[[nodiscard]] Flags powers_of(const Mount& mount, bool propagates);

}  // namespace hardened::controls
