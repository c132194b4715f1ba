// The program that the runtime calls at moments of a container's life, as root and outside of it:
//
//   hardened-hook poststart ROOT    the container has been started: what it holds is verified (runtime/verify.h)
//   hardened-hook poststop ROOT     it is gone: its grant record is removed
//
//   hardened-hook precreate [--policy FILE]    it is to be made: precreate.h
//
// Of the first two, the container's state comes on standard input, as the OCI runtime specification says; of it only the id and the
// number of the process are read. runc 1.1 calls poststart while user code still waits, and fails when the hook
// fails; crun 1.8.1 calls it after user code has begun and ignores its status. So the hook ends a container by
// itself, and its status only tells runc to say why.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/host.h"

namespace hardened::hooks {

// All of the text to standard output, which no other program of ours but hardenedctl has a use for.
using Print = std::function<Done(std::string_view text)>;
[[nodiscard]] Print standard_output();

// The exit status. argv is the program's own.
[[nodiscard]] int run(Host& host, const Print& print, const std::vector<std::string>& argv);

}  // namespace hardened::hooks
