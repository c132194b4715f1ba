// The score with which the low-level runtime is started.
//
// crun 1.8.1 writes no oomScoreAdj of 0, and none for an exec that names none (seen): such a process has whatever crun itself
// runs with, which below containerd's shim is -998: the kernel would kill it last. So before a create, run or exec is handed
// over we take on the score that was granted to it, where ours is lower. To raise one's own needs no privilege (proc(5)),
// and the runtime's own processes live as long as the call.
//
// A rule that only observes changes nothing. Errors: the host's own; then nothing is started.
#pragma once

#include "runtime/service.h"

namespace hardened::runtime {

[[nodiscard]] Done take_oom_score(Host& host, const Judged& judged);

}  // namespace hardened::runtime
