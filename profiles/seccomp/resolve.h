// What a profile of Docker's format says on this machine, for a container with this bounding set.
//
//   const Profile ceiling = resolve(file, bounding, Machine{Architecture::x86_64, {6, 1}});
//
// As dockerd does it (moby's seccomp profiles, setupSeccomp): a rule counts unless one of its `excludes`
// is met, and only if all of its `includes` are. Capabilities are looked up in the *bounding* set: among
// excludes any one of them is enough, among includes all must be there. The bounding set is the one that is
// granted: with the one that was asked, a container that loses CAP_SYS_ADMIN would keep mount(2).
//
// Where it is not as dockerd does it, and never milder:
//   * LoongArch finds its entry of archMap. dockerd looks for "loong64" among names of which that is none, and so
//     lists no architecture; only errno differs (ENOSYS for calls newer than all that are named, see reading.h).
//   * "flags": [] stays a list of none. dockerd's JSON loses it, and runc then adds SPEC_ALLOW.
#pragma once

#include "core/lattice/shapes.h"
#include "profiles/seccomp/parse.h"
#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

struct Machine {
  Architecture architecture = Architecture::x86_64;
  KernelVersion kernel;
  friend bool operator==(const Machine&, const Machine&) = default;
};

// A bounding set is by capability number.
[[nodiscard]] Profile resolve(const DockerProfile& file, Flags bounding, const Machine& machine);

}  // namespace hardened::seccomp
