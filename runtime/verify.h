// The third promise: what the kernel holds is what was granted.
//
//   const Verification seen = verify(host, root, "web");
//   if (seen.outcome == Verification::Outcome::above) ...      // it holds more: see seen.surpluses
//
// Before user code runs: `start` looks while the container's first process waits at the runtime's fifo, where its
// capabilities, its filter, its mounts and its cgroups are final (seen on runc 1.1.5 and crun 1.8.1). No policy is
// read. What was granted is the bundle's own document, known by the digest that create kept of it; each
// control reads its grant from there and from the kernel, and what is held may not be above what was granted.
//
// The poststart hook looks for `run` (own_hooks.h). To crun that is after user code has begun: then a control whose bound
// the container could lift by a capability that it was granted says nothing (Observed in controls/control.h).
//
// An AppArmor label comes into force with the execve(2) that is to come, and until then the kernel shows it to its own task
// alone; crun loads its filter as late under no_new_privs. What is seen before is that the profiles which were to hold stand
// still. So whoever looked at what waits leaves a watcher behind where something is to come: a copy of itself, which waits
// until user code has begun, for ten seconds at most, and looks again. That is a millisecond or two later: all else was found before.
//
// Whatever a control finds: the container ends, by a descriptor of its process, so that no other can be meant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/host.h"
#include "runtime/kept.h"

namespace hardened::runtime {

// What one control found above its grant.
struct Surplus {
  std::string_view control;
  std::string words;   // "holds CAP_SYS_ADMIN (bounding)"
  std::string advice;  // "" where the low-level runtime is to blame
};

struct Verification {
  enum class Outcome : std::uint8_t {
    unreadable,  // it is ours, and what it holds cannot be told: `why`
    above,       // it holds more than it was granted
    as_granted,
    gone,       // no such process (any more): nothing to verify
    unmanaged,  // created without hardened, or before it verified
  };
  Outcome outcome = Outcome::unreadable;
  Error why;
  std::vector<Surplus> surpluses;
  std::optional<Kept> kept;
  bool ended = false;  // the process was sent SIGKILL
  bool to_come =
      false;  // as granted, for what the kernel shows of a process that waits: the rest is for watch()
};

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
