// The last step: the low-level runtime in our place, with the same words and the same environment.
//
//   return hand_over(host, runc, call, {}, environment);                         // nothing was narrowed
//   return hand_over(host, runc, call, Document{"process", bytes}, environment); // exec, narrowed
//
// A narrowed process or resources document is handed over as a sealed file in memory, and its flag gets
// the value /proc/self/fd/N:
//
//   exec --process /tmp/p web       exec --process /proc/self/fd/3 web
//   update --resources=- web        update --resources=/proc/self/fd/3 web     standard input was read
//   already exec --cap CAP_NET_RAW web sh   exec --process /proc/self/fd/3 --cap CAP_NET_RAW web sh
//
// In the last form the runtime ignores the other flags (seen on runc 1.1.5 and crun 1.8.1). Nothing else
// in argv changes, argv[0] included.
//
// N is above what the caller passes on: runc takes LISTEN_FDS descriptors from 3 on and then
// --preserve-fds more (runc, utils_linux.go). The file does not reach the container: runc and crun
// mark everything above those as close-on-exec before they start its program.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/host.h"
#include "runtime/invocation.h"

namespace hardened::runtime {

struct Document {
  std::string flag;   // "process" or "resources"
  std::string bytes;  // the whole document
};

// The first descriptor that nobody after us is told of.
[[nodiscard]] int first_free_descriptor(const Invocation& call, const std::vector<std::string>& environment);

// Does not return on the machine unless it fails. `runtime` is what low_level_runtime found.
[[nodiscard]] Error hand_over(Host& host, const std::string& runtime, const Invocation& call,
                              const std::optional<Document>& document,
                              const std::vector<std::string>& environment);

}  // namespace hardened::runtime
