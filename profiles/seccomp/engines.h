// What engines and runtimes need or ask for by themselves, as data.
#pragma once

#include <array>
#include <string_view>

namespace hardened::seccomp {

// Calls that a default profile of Docker once allowed (wholly, or under other conditions) and that today's does
// not: io_uring until 25.0; sockets of any family until 23.0, all but AF_VSOCK until 29. Where a request has no
// others above the ceiling, it is the engine that asks, no user. Each row by the history of moby's
// default.json.
inline constexpr std::array<std::string_view, 4> kOnceDefault{"io_uring_enter", "io_uring_register",
                                                              "io_uring_setup", "socket"};

// What runc's own init still does between loading the filter and execve, with no_new_privileges, which loads it
// last: without one of these no container starts. Seen with strace on runc 1.1.5.
inline constexpr std::array<std::string_view, 8> kRuncNeeds{"close",  "execve", "fstatfs", "getdents64",
                                                            "getpid", "openat", "prctl",   "write"};

}  // namespace hardened::seccomp
