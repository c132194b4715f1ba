// Words in commands that a person is told to run: what others called something must not run as well.
//
//   "hardenedctl check " + quoted(path)      // hardenedctl check '/etc/a b.yaml'
#pragma once

#include <string>
#include <string_view>

namespace hardened::ctl {

// As it is where it has only letters, digits and _./:=@+- in it; else printable, in quotes of a shell.
[[nodiscard]] std::string quoted(std::string_view word);

}  // namespace hardened::ctl
