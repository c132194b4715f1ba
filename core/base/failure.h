// What the kernel refused, in our own words.
//
//   failure("cannot read", "/etc/x", ENOENT)   "cannot read /etc/x: it is missing"
//
// Never strerror(3): Docker's daemon looks for its phrases ("permission denied", "no such file or
// directory", …) in any message of a runtime and turns them into exit codes 126 and 127, which
// tell a user that the *image* lacks its program; containerd takes "does not exist" for a
// container that is gone. The words here hold none of these phrases.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace hardened {

// The reason alone: "the file system is read-only".
[[nodiscard]] std::string reason(int number);

// ENOENT is Fault::absent, all else Fault::io. The path is made printable.
[[nodiscard]] Error failure(std::string_view doing, std::string_view path, int number);
// The same with a reason that is not the kernel's.
[[nodiscard]] Error failure(std::string_view doing, std::string_view path, std::string_view why);

}  // namespace hardened
