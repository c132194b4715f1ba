// hardened in runc's place: every caller of `runc` (dockerd's `--runtime=runc`, BuildKit, podman, an administrator) calls
// hardened-runtime, which hands over to the real one under its second name.
//
//   /usr/sbin/runc                 -> /usr/sbin/hardened-runtime
//   /usr/sbin/runc.hardened-real   the real one: the same file, by a hard link first and by dpkg's diversion from then on
//   /etc/hardened/policy.runtime   -> /usr/sbin/runc.hardened-real, as is each other link that led to runc
//
// Why runc's name becomes a symbolic link, and neither a hard link nor a copy:
//
//   * dpkg replaces a file by rename(2). A hard link in runc's place would stay the hardened-runtime of before each upgrade
//     of hardened for ever, and a copy just so; a symbolic link leads to what is installed. An upgrade of runc does not
//     touch the name: its files land on the diverted one.
//   * The kernel executes what a link leads to: /proc/self/exe is /usr/sbin/hardened-runtime, so that hardened knows itself
//     (runtime/low_level.h compares device and inode, which a copy has others of: it would call itself for ever), finds
//     hardened-hook beside itself, and keeps its own file out of containers (controls/mounts_gather.cpp).
//   * argv[0] stays "runc", which is no name of a policy: policy.yaml is read (runtime/invocation.h).
//   * containerd, BuildKit and podman look the name up anew for each call and follow links (Go's exec.LookPath asks
//     stat(2)); none of them resolves the name and keeps the result.
//   * A shim of a container that runs already calls the name as well: it gets hardened for its next exec, and the same
//     state, since neither runc nor crun writes its own path into it.
//
// Nothing else is lost with the link than with runc: where hardened-runtime is taken away, the name leads to nothing and
// every call fails, which is the closed side. So packages of hardened must run `uninstall` before they go.
//
// The order of steps: the second name, the diversion, the links, and then one rename(2) over runc. Before it, every name
// leads to the real runc; after it, every name but the aside one leads to hardened. Undone the other way round.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ctl/install_journal.h"
#include "ctl/install_steps.h"

namespace hardened::ctl {

struct ShadowRequest {
  std::string runc;  // "" for the first of the usual places
  std::string program;
};

// Writes into the journal what the steps will do; notes are for people. No steps where it stands in runc's place already.
[[nodiscard]] Done plan_shadow(const Context& context, const ShadowRequest& request, Journal& journal,
                               Steps& steps, std::vector<std::string>& notes);
// Refused where runc's name would be left without a program of root's that is not hardened: its second name, which may be
// the only one of the real runc, goes last, and is kept where that does not hold at that moment.
[[nodiscard]] Done plan_shadow_undone(const Context& context, const ShadowJournal& journal, Steps& steps);

}  // namespace hardened::ctl
