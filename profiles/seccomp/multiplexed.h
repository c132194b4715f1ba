// Calls that some architectures carry inside of another one.
//
// On x86, s390, mips and ppc a rule for `socket` is a rule for socketcall(SYS_SOCKET, …) as well (libseccomp,
// abi_rule_add). What the call is given stands in memory there, where no filter sees it: the number takes the place
// of a condition on argument 0, and conditions on the others are asked of socketcall's own. So two rules with
// different answers for `socket` may become one condition with two, which is refused. An explicit rule
// without conditions for `socketcall` decides before those. The numbers are those of linux/net.h and linux/ipc.h.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "profiles/seccomp/profile.h"

namespace hardened::seccomp {

struct Carried {
  std::string_view name;
  unsigned number = 0;  // the first argument of the outer call
};

struct Multiplexer {
  std::string_view name;
  std::span<const Carried> calls;
};

inline constexpr std::array<Carried, 20> kSocketCalls{
    {{"socket", 1},      {"bind", 2},        {"connect", 3},    {"listen", 4},      {"accept", 5},
     {"getsockname", 6}, {"getpeername", 7}, {"socketpair", 8}, {"send", 9},        {"recv", 10},
     {"sendto", 11},     {"recvfrom", 12},   {"shutdown", 13},  {"setsockopt", 14}, {"getsockopt", 15},
     {"sendmsg", 16},    {"recvmsg", 17},    {"accept4", 18},   {"recvmmsg", 19},   {"sendmmsg", 20}}};
inline constexpr std::array<Carried, 12> kIpcCalls{{{"semop", 1},
                                                    {"semget", 2},
                                                    {"semctl", 3},
                                                    {"semtimedop", 4},
                                                    {"msgsnd", 11},
                                                    {"msgrcv", 12},
                                                    {"msgget", 13},
                                                    {"msgctl", 14},
                                                    {"shmat", 21},
                                                    {"shmdt", 22},
                                                    {"shmget", 23},
                                                    {"shmctl", 24}}};
inline constexpr std::array<Multiplexer, 2> kMultiplexers{Multiplexer{"socketcall", kSocketCalls},
                                                          Multiplexer{"ipc", kIpcCalls}};

[[nodiscard]] inline const Multiplexer* multiplexer_named(std::string_view call) {
  const auto* at = std::find_if(kMultiplexers.begin(), kMultiplexers.end(),
                                [&](const Multiplexer& one) { return one.name == call; });
  return at == kMultiplexers.end() ? nullptr : at;
}

// The outer call that carries this one, if any does.
[[nodiscard]] inline const Multiplexer* carrier_of(std::string_view call) {
  const auto* at = std::find_if(kMultiplexers.begin(), kMultiplexers.end(), [&](const Multiplexer& one) {
    return std::any_of(one.calls.begin(), one.calls.end(), [&](const Carried& c) { return c.name == call; });
  });
  return at == kMultiplexers.end() ? nullptr : at;
}

// Does libseccomp carry calls so on this architecture?
[[nodiscard]] constexpr bool is_multiplexed(Architecture architecture) {
  using A = Architecture;
  switch (architecture) {
    case A::x86:
    case A::mips:
    case A::mipsel:
    case A::ppc:
    case A::ppc64:
    case A::ppc64le:
    case A::s390:
    case A::s390x: return true;
    default: return false;
  }
}

}  // namespace hardened::seccomp
