// The stage `precreate` of podman's hooks directories (oci-hooks(5)): the configuration that podman made comes on
// standard input, and what the policy grants of it goes to standard output, which podman hands to whichever runtime
// it calls.
//
//   {"version":"1.0.0","when":{"always":true},"stages":["precreate"],
//    "hook":{"path":"/usr/sbin/hardened-hook","args":["hardened-hook","precreate","--policy","/etc/hardened/policy.yaml"]}}
//
// The decision is that of a create (runtime/judge.h), recorded as the call "precreate". What cannot be decided is refused,
// as what is refused is: nothing on standard output, the reason in the record and on standard error, status 1. podman 4.3.1
// then makes no container, but gives standard error to nobody: its user reads our name and the status, and the record
// says why. A rootless podman's hooks run in its user namespace; `rootless` of the policy says what becomes of those.
//
// It is the smaller of two ways. It bounds what a container is made of and nothing that comes later: neither exec nor
// update knows a hook, and `podman exec --privileged` has every capability there is (4.3.1; newer ones start each exec from
// the request as it was); the kernel's word is not asked at the start, since there is no
// `start` of ours; and podman sets LISTEN_* and secrets in the environment, newer ones resource limits too, after the hooks
// have run. `podman --runtime hardened-runtime` bounds all of these. Both at once agree: what was granted here is granted
// there, byte for byte.
//
// podman names neither the container nor its directory. The id is taken from /linux/cgroupsPath, whose last component
// podman writes itself (libpod-ID, libpod-payload-ID, SLICE:libpod:ID); where there is none, no file of podman's own counts
// as the container's. A relative /root/path would begin nobody knows where, and is refused.
// The runtime that podman calls is that of the link beside the policy file (runtime/low_level.h): it tells where the
// containers of the same engine are known, whose namespaces may be joined (a pod's). With another one than Docker's, give
// podman a policy file of its own: podman.yaml and podman.runtime.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/host.h"
#include "hooks/hook.h"

namespace hardened::hooks {

// The exit status. `words` are what stands behind "precreate".
[[nodiscard]] int precreate(Host& host, const Print& print, const std::vector<std::string>& words);

// Of podman's cgroupsPath; "" where it tells none.
[[nodiscard]] std::string id_of_cgroup(std::string_view cgroup);

}  // namespace hardened::hooks
