// A host that a file describes, so that a policy test comes out the same on every machine.
//
//   const auto described = TRY(describe_host("host.yaml", yaml));   // over what every description begins with
//   explain(*described, policy, asked);
//
//   kernel: {release: 6.1.0-30-amd64, machine: x86_64}
//   caller: {uid: 0, initial_user_namespace: true}
//   limits: {RLIMIT_NOFILE: [1024, unlimited]}             # soft and hard, of the engine
//   files: {/proc/sys/kernel/cap_last_cap: "40\n"}         # root's, 0644, with what stands in them
//   programs: [/usr/bin/dockerd]                           # root's, 0755
//   directories: [/srv/data]                               # those above each path are there by themselves
//   links: {/var/run: /run}                                # symbolic ones
//   sockets: [/run/docker.sock]                            # on which root listens
//   namespaces: {/proc/self/ns/net: "net:[4026531840]"}    # as readlink(1) shows them
//
// What is not described is not there. It can be read, and nothing can be done to it: whatever else is asked of it fails.
#pragma once

#include <memory>
#include <string>

#include "core/base/host.h"

namespace hardened::ctl {

// What a description says lies over ctl/host.yaml, a plain Debian 12 with dockerd; "" for that alone. `now_ns` is the time
// that it goes by, for waivers that expire.
[[nodiscard]] Result<std::unique_ptr<Host>> describe_host(const std::string& name, const std::string& yaml,
                                                          std::int64_t now_ns);

}  // namespace hardened::ctl
