// Reads a policy file into a Policy, or says everything that is wrong with it.
//
// parse_policy is pure (for `check`, tests and the compiler below); load_policy is what a call does:
// it uses the compiled policy under /run/hardened/policy when that was made from this very file by this
// very build, and makes it otherwise. The file must be root's alone (core/base/host.h, read_trusted).
#pragma once

#include <string>

#include "config/policy.h"
#include "core/base/host.h"

namespace hardened::config {

inline constexpr std::size_t kLargestPolicy = std::size_t{1} << 20;
inline constexpr std::string_view kCompiledDirectory = "/run/hardened/policy";

// All diagnostics at once, each with file:line:column, the line and a caret.
[[nodiscard]] Result<Policy> parse_policy(std::string path, std::string yaml);
[[nodiscard]] Result<Policy> load_policy(Host& host, const std::string& path);

}  // namespace hardened::config
