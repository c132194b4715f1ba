// A profile as the program that the kernel runs for each call.
//
//   const Result<std::string> program = compile(granted, Architecture::x86_64);
//
// Byte for byte what crun makes of the profile's section (crun 1.8.1, libcrun_generate_seccomp, with the
// libseccomp that is linked here):
//
//   architectures   in the order of their list, behind the native one
//   rules           in their order; one whose answer is the fallback's is skipped, as are names that libseccomp
//                   does not know
//   conditions      the first six; if two of them look at one argument, each is a rule of its own
//   the rest        as libseccomp has it: calls through an architecture that is not listed end their thread,
//                   no tree, nothing in front (the ENOSYS for newer calls is runc's)
//
// The flags are no part of a program: who loads it takes them from the section.
//
// There is no program of rules from which libseccomp may not come back (views.h, is_treacherous), nor of those for which
// it would take too long (levels.h): a request must not be able to hold the call up.
//
// An error is nothing to worry about: whoever has no program leaves it to the runtime to make one, which
// then fails by itself if the profile is to blame. Errors: Fault::io.
#pragma once

#include <cstddef>
#include <string>

#include "core/base/result.h"
#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

// The bytes of struct sock_filter, in the machine's byte order. `own` is the machine's architecture; there is no
// program for another than this one was built for. At most kLongestProgram bytes.
[[nodiscard]] Result<std::string> compile(const Profile& profile, Architecture own);

// A step is a struct sock_filter, and BPF_MAXINSNS of linux/bpf_common.h the most that the kernel takes.
inline constexpr std::size_t kStepBytes = 8;
inline constexpr std::size_t kLongestProgram = 4096 * kStepBytes;

}  // namespace hardened::seccomp
