// Bringing a profile of ours into the kernel, and knowing that the kernel holds it.
//
//   const Values values = TRY(values_of(host));
//   const std::string name = profile_name(source, values, "");
//   TRY(ensure_loaded(host, name, text));        // returns only when the kernel enforces just this text
//
// What "loaded" means: the kernel shows, below /sys/kernel/security/apparmor/policy/profiles, an entry whose digest
// is the digest of what we compiled. The kernel digests the whole of a profile, its name and mode included
// (security/apparmor/crypto.c, aa_calc_profile_hash; sha1 until Linux 6.7, sha256 since; seen to be the digest of
// the compiled policy from its version number on), so that neither another profile under our name nor a complaining
// one passes for it. Kernels that show no digest (apparmor.hash_policy=0) are an error.
//
//   /run/hardened/apparmor.lock              flock(2): one call compiles and loads, the others wait, then look again
//   /run/hardened/apparmor/<name>            where the kernel shows it, and which digest: the look that each create
//                                            takes costs two small reads. Entries are numbered, a number never comes
//                                            again: what is unloaded and loaded anew stands elsewhere
//   /run/hardened/apparmor/<name>.policy     as it was compiled, to load it again without the parser: what is edited of
//                                            abstractions/base or tunables meanwhile, which docker-default includes and
//                                            no name tells, counts from the next boot, or when the file is removed
//
// The directory is root's alone and on a tmpfs: what is there was made since the machine started. Where /run is on a
// disk, a tmpfs is mounted there by the first call that loads something, in the mount namespace that it runs in.
// apparmor_parser only compiles: it gets the text on its standard input, needs no privilege and changes nothing;
// the kernel gets the policy from us, in one write.
//
// Removing a profile frees the tasks under it (the kernel makes them unconfined): unload_unused looks for them first.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/host.h"
#include "profiles/apparmor/template.h"

namespace hardened::apparmor {

inline constexpr std::string_view kDirectory = "/run/hardened/apparmor";
inline constexpr std::string_view kLock = "/run/hardened/apparmor.lock";
inline constexpr std::string_view kKernel = "/sys/kernel/security/apparmor";

// Is AppArmor on in this kernel? A kernel without it, or with it switched off at boot, says no.
[[nodiscard]] Result<bool> enabled(Host& host);

[[nodiscard]] Installed installed(Host& host);
// What profiles depend on: what /etc/apparmor.d has, and the label that we, and so the runtime, run under.
[[nodiscard]] Result<Values> values_of(Host& host);

// Nothing of ours by that name and digest is an answer, not an error.
[[nodiscard]] Result<bool> is_loaded(Host& host, std::string_view name);
// Where the kernel shows it then, "name.17", by what one can tell later whether it is the same profile still: whoever was
// to get a profile at his execve(2) that has been unloaded since gets none (the kernel's aa_label_remove leads to
// unconfined), whether or not one of that name was loaded anew. Nothing where it is not loaded.
[[nodiscard]] Result<std::optional<std::string>> entry_of(Host& host, std::string_view name);
[[nodiscard]] Result<bool> stands_still(Host& host, const std::string& entry);
[[nodiscard]] Done ensure_loaded(Host& host, std::string_view name, std::string_view text);

// The profiles that the kernel has, of the policy namespace that we are in: "name" where it enforces, nothing else.
[[nodiscard]] Result<std::vector<std::string>> loaded_names(Host& host);

// The profile of one container (its name has a tag), when no task carries its label any more and, asked last of all,
// nobody waits for it: the label of a task that is about to execve(2) is not to be seen. All tasks of the machine are
// looked at, once without the lock that loads need and once with it; a lock that another holds is an error at once.
// False: it stays, since it may be in use.
[[nodiscard]] Result<bool> unload_unused(Host& host, std::string_view name,
                                         const std::function<bool()>& awaited);

}  // namespace hardened::apparmor
