// What the low-level runtime itself remembers of a container, for containers that we have no grant record of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/host.h"
#include "core/doc/value.h"

namespace hardened::runtime {

// /process of the container's bundle, which is what runc and crun start from when exec is given flags
// instead of a process document. The bundle's path is remembered in <root>/<id>/state.json (runc: the label
// "bundle=…") or <root>/<id>/status (crun: "bundle").
[[nodiscard]] Result<doc::Value> bundle_process(Host& host, const std::string& root, const std::string& id);

// The first process of a container, as runc and crun remember it.
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

// Where a low-level runtime keeps its containers when no --root is given.
[[nodiscard]] std::string default_root(const std::string& low_level);

}  // namespace hardened::runtime
