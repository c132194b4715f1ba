// What engines and runtimes need or ask for by themselves, as data.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace hardened::seccomp {

// Calls that a default profile of Docker once allowed (wholly, or under other conditions) and that today's does
// not: io_uring until 25.0; sockets of any family until 23.0, all but AF_VSOCK until 29. Where a request has no
// others above the ceiling, it is the engine that asks, no user. Each row by the history of moby's
// default.json.
inline constexpr std::array<std::string_view, 4> kOnceDefault{"io_uring_enter", "io_uring_register",
                                                              "io_uring_setup", "socket"};

// Calls of every default profile, of which the profile `strict` takes all or a part (strict.json).
inline constexpr std::array<std::string_view, 2> kNotStrict{"ioctl", "modify_ldt"};

// What the init of a low-level runtime still does between loading the filter and execve. With
// no_new_privileges it loads the filter last; without, it must do so while it still has CAP_SYS_ADMIN, before it
// takes the capabilities and the user (runc: standard_init_linux.go, finalizeNamespace), which are more calls.
//
// Measured on runc 1.1.5 and crun 1.8.1, x86_64, as root: seen with strace, and then each call by itself denied in
// a profile that allows everything else (tests/integration/floor_test.py does it again). Only what is needed
// always stands here, for any user, working directory and capabilities. Not here is what Go's own runtime does
// sometimes (futex, rt_sigreturn, mmap, clone): a profile without those starts most containers, not all.
struct Floor {
  // Without one of these no container starts, whatever the errno; nor where it is traced and no tracer
  // is there.
  std::span<const std::string_view> needs;
  // An errno does not matter here, but an answer that kills (or traps) ends the init.
  std::span<const std::string_view> tries;
  // One of these two is needed, the other stands in for it.
  std::span<const std::string_view> either;
};

inline constexpr std::array<std::string_view, 6> kRuncNeeds{"close",      "execve", "fstatfs",
                                                            "getdents64", "openat", "write"};
inline constexpr std::array<std::string_view, 2> kRuncTries{"epoll_ctl", "getpid"};
inline constexpr std::array<std::string_view, 18> kRuncNeedsEarly{
    "capget",  "capset",     "chdir",  "close", "execve", "fstat",  "fstatfs",   "getcwd", "getdents64",
    "getppid", "newfstatat", "openat", "prctl", "read",   "setgid", "setgroups", "setuid", "write"};
inline constexpr std::array<std::string_view, 4> kRuncTriesEarly{"epoll_ctl", "faccessat2", "fcntl",
                                                                 "getpid"};
// Go asks with faccessat2 whether the program may be executed, and with the older call where it gets EPERM or
// ENOSYS.
inline constexpr std::array<std::string_view, 2> kRuncEitherEarly{"faccessat", "faccessat2"};

inline constexpr std::array<std::string_view, 1> kCrunNeeds{"execve"};
inline constexpr std::array<std::string_view, 1> kCrunTries{"close"};
inline constexpr std::array<std::string_view, 8> kCrunNeedsEarly{
    "capset", "execve", "prctl", "rt_sigaction", "rt_sigprocmask", "setresgid", "setresuid", "write"};

inline constexpr Floor kRuncFloor{kRuncNeeds, kRuncTries, {}};
inline constexpr Floor kRuncFloorEarly{kRuncNeedsEarly, kRuncTriesEarly, kRuncEitherEarly};
inline constexpr Floor kCrunFloor{kCrunNeeds, kCrunTries, {}};
inline constexpr Floor kCrunFloorEarly{kCrunNeedsEarly, kCrunTries, {}};

}  // namespace hardened::seccomp
