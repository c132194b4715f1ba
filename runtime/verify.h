// The third promise: what the kernel holds is what was granted.
//
//   const Verification seen = verify(host, root, "web");
//   if (seen.outcome == Verification::Outcome::above) ...      // it holds more: see seen.surpluses
//
// The look itself is inspect.h's. Before user code runs: `start` looks while the container's first process waits at the
// runtime's fifo, where its capabilities, its filter, its mounts and its cgroups are final (seen on runc 1.1.5 and crun 1.8.1).
//
// The poststart hook looks for `run` (own_hooks.h). To crun that is after user code has begun.
//
// An AppArmor label comes into force with the execve(2) that is to come, and until then the kernel shows it to its own task
// alone; crun loads its filter as late under no_new_privs. What is seen before is that the profiles which were to hold stand
// still. So whoever looked at what waits leaves a watcher behind where something is to come: a copy of itself, which waits
// until user code has begun, for ten seconds at most, and looks again. That is a millisecond or two later: all else was found before.
//
// Whatever a control finds: the container ends, by a descriptor of its process, so that no other can be meant.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/host.h"
#include "runtime/inspect.h"

namespace hardened::runtime {

// Which of the outcomes end the process: of a container whose user code waits, an unreadable one need not be.
enum class OnUnreadable : std::uint8_t { end, leave };

[[nodiscard]] Verification verify(Host& host, const std::string& root, const std::string& id,
                                  OnUnreadable unreadable);

// Leaves the watcher behind, where something is to come. Whatever it finds ends the container, and nobody hears of it but
// by the record, as one of `call`. A process that ends meanwhile is nothing to verify.
[[nodiscard]] Done watch(Host& host, const Verification& seen, std::string_view call);

// What a person reads: of above and unreadable.
[[nodiscard]] std::string told(const Verification& seen);

// Writes a line about it to the decision log that create knew. A log that cannot be written changes nothing any more.
void record(Host& host, const Verification& seen, std::string_view call);

}  // namespace hardened::runtime
