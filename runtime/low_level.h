// Which runtime we hand a call on to: runc, crun or another of their kind.
//
//   const std::string runc = TRY(low_level_runtime(host, "/etc/hardened/policy.yaml", OnBrokenLink::refuse));
//
// It is what the symbolic link beside the policy file points to, of the same name:
//
//   /etc/hardened/policy.yaml  has  /etc/hardened/policy.runtime -> /usr/sbin/runc
//
// and, where there is no such link, the first of kDefaultRuntimes that is there and is not hardened
// itself. No file names it, because kill and delete must find it whatever the policy looks like; PATH
// is not asked, because containerd puts directories of its own in front of it.
//
// The link, what it points to, and every directory on both ways must be root's and not writable by
// others, for each call alike: whoever can change the runtime is root on this machine as soon as a
// container is started or stopped. What comes back is an absolute path without symbolic links, of an
// executable regular file that is not our own (by device and inode, so that no further name of ours
// makes us call ourselves for ever).
// A rootless engine's runtime is looked for in the same places without asking for owners, which a
// user namespace does not show.
//
// A link that is there and cannot be used:
//
//   refuse     for calls that grant (create, run, exec, update, start, and the guarded): the host asked
//              for a certain runtime, and another may know less of what the policy counts on
//   fall_back  for calls without subject (kill, delete, state, …): the defaults are tried, those with
//              the file name of the link's target first. This fails open, and safely: such a call
//              creates no process and changes no privilege of one, the default is held to the same
//              checks, and it is what the engine would have called without us. Containers of a
//              runtime of another kind it does not know; their engine is told so by that runtime.
//
// Errors: Fault::policy, with the command that mends it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/host.h"

namespace hardened::runtime {

// Behind the name of a runtime in whose place hardened stands (ctl/shadow.h): what stood there before.
inline constexpr std::string_view kAsideSuffix = ".hardened-real";

// Where hardened stands in runc's place, runc's name is our own and passed over: the real one comes next, also for a
// policy without a link, and for kill and delete when the link is broken.
inline constexpr std::array<std::string_view, 5> kDefaultRuntimes{
    "/usr/sbin/runc", "/usr/sbin/runc.hardened-real", "/usr/bin/runc", "/usr/bin/runc.hardened-real",
    "/usr/bin/crun"};

enum class OnBrokenLink : std::uint8_t { refuse, fall_back };

[[nodiscard]] Result<std::string> low_level_runtime(Host& host, const std::string& policy,
                                                    OnBrokenLink broken);

// Is it crun, which knows annotations and a --root of its own? Told by the file's name, after all links: a
// crun under a name without "crun" in it is treated as a runc, which costs time and nothing else.
[[nodiscard]] bool is_crun(std::string_view low_level);

// "/etc/hardened/ci.yaml" has "/etc/hardened/ci.runtime"
[[nodiscard]] std::string runtime_link(std::string_view policy);

}  // namespace hardened::runtime
