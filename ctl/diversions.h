// dpkg's diversions: where the files of a package land instead of their own names.
//
// dpkg-divert is a C program, asks no environment, and says the same thing twice without an error; seen with dpkg 1.21.22.
#pragma once

#include <optional>
#include <string>

#include "core/base/host.h"

namespace hardened::ctl {

// Where dpkg would put a file of that name: the name itself where nothing is diverted. Nothing where there is no dpkg.
[[nodiscard]] Result<std::optional<std::string>> true_name(Host& host, const std::string& path);
[[nodiscard]] Done divert(Host& host, const std::string& path, const std::string& aside);
[[nodiscard]] Done divert_no_more(Host& host, const std::string& path, const std::string& aside);

}  // namespace hardened::ctl
