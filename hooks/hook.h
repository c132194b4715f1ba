// The program that the runtime calls at moments of a container's life, as root and outside of it:
//
//   hardened-hook poststart ROOT    the container has been started: what it holds is verified (runtime/verify.h)
//   hardened-hook poststop ROOT     it is gone: its grant record is removed
//
// The container's state comes on standard input, as the OCI runtime specification says; of it only the id and the
// number of the process are read. runc 1.1 calls poststart while user code still waits, and fails when the hook
// fails; crun 1.8.1 calls it after user code has begun and ignores its status. So the hook ends a container by
// itself, and its status only tells runc to say why.
#pragma once

#include <string>
#include <vector>

#include "core/base/host.h"

namespace hardened::hooks {

// The exit status. argv is the program's own.
[[nodiscard]] int run(Host& host, const std::vector<std::string>& argv);

}  // namespace hardened::hooks
