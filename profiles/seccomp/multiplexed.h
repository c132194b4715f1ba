// Calls that some architectures carry inside of another one.
//
// On x86, s390, mips and ppc a rule for `socket` is a rule for socketcall(SYS_SOCKET, …) as well (libseccomp,
// abi_rule_add), whose own arguments no filter can see. An explicit rule for `socketcall` decides before
// those. So a profile that denies `socketcall` by name denies more than its absence from the list does.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace hardened::seccomp {

struct Multiplexer {
  std::string_view name;
  std::span<const std::string_view> calls;
};

inline constexpr std::array<std::string_view, 20> kSocketCalls{
    "socket",  "bind",       "connect", "listen",   "accept",     "getsockname", "getpeername",
    "send",    "recv",       "sendto",  "recvfrom", "socketpair", "shutdown",    "setsockopt",
    "accept4", "getsockopt", "sendmsg", "recvmsg",  "recvmmsg",   "sendmmsg"};
inline constexpr std::array<std::string_view, 12> kIpcCalls{"semop",  "semget", "semctl", "semtimedop",
                                                            "msgsnd", "msgrcv", "msgget", "msgctl",
                                                            "shmat",  "shmdt",  "shmget", "shmctl"};
inline constexpr std::array<Multiplexer, 2> kMultiplexers{Multiplexer{"socketcall", kSocketCalls},
                                                          Multiplexer{"ipc", kIpcCalls}};

}  // namespace hardened::seccomp
