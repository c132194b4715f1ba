// Sets of capabilities as people write and read them.
//
//   parse_capabilities(cursor of [docker-default, -MKNOD, NET_ADMIN], wrong)
//   describe(kDockerDefaultCapabilities.without(27))   == "docker-default without CAP_MKNOD"
#pragma once

#include <string>
#include <string_view>

#include "core/doc/cursor.h"
#include "core/lattice/shapes.h"

namespace hardened::controls {

// The set that a list of the policy makes, its entries in order; none when anything is wrong with it.
[[nodiscard]] Flags parse_capabilities(const doc::Cursor& list, doc::Diagnostics& wrong);

// In words near to those of the policy, for messages.
[[nodiscard]] std::string describe(Flags capabilities);
// "CAP_SYS_ADMIN, CAP_NET_ADMIN and 24 more": at most `most` names, by number but for CAP_SYS_ADMIN,
// the one that people look for first.
[[nodiscard]] std::string listed(Flags capabilities, int most);
// "unknown capability 'cap_bpf', did you mean CAP_BPF?"
[[nodiscard]] std::string unknown_capability(std::string_view name);

}  // namespace hardened::controls
