// The first process of a container, as the low-level runtime remembers it.
//
//   const auto init = TRY(init_process(host, "/run/runc", "web"));
//   if (!init) ...                       // the runtime knows no such container (any more)
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/host.h"

namespace hardened::controls {

// The directory where the runtime keeps its own state of a container.
[[nodiscard]] std::string runtime_state(const std::string& root, const std::string& id);

// As runc and crun remember it.
struct InitProcess {
  std::uint32_t process = 0;
  std::uint64_t start_time = 0;  // in ticks since boot: with the number, one process and no other
  bool waits = false;            // the fifo stands at which it waits for `start`; opening it removes it
  bool filter_to_come =
      false;  // crun's seccomp.bpf stands there: what it loads, under no_new_privs after the wait
};
// Nothing where the runtime knows no such container (any more), or one without a process.
[[nodiscard]] Result<std::optional<InitProcess>> init_process(Host& host, const std::string& root,
                                                              const std::string& id);

// Does its first process wait there? Also yes where it never will again: what was started has no fifo any more.
[[nodiscard]] Result<bool> waits(Host& host, const std::string& root, const std::string& id);

// Is this the first process of a container below that root? What cannot be read is none.
[[nodiscard]] bool is_first_process(Host& host, const std::string& root, std::uint32_t process);

}  // namespace hardened::controls
