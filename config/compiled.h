// A policy that was read before, kept so that the next call need not read YAML.
//
// One file a policy under kCompiledDirectory, named by the digest of the policy's path: one line of
// canonical JSON with the file that it was made from (device, inode, size, times), the build that
// made it, the policy's id, all that holds in the end (the base's keys under the operator's) and
// where each rule stands, and then one line a waiver (waivers.h), how many bytes of them the first says. A call reads the first line, and
// of the others those that begin with the id of its image. The file is root's alone, in a directory of root's alone. One that was made
// from something else is made anew; one that cannot be read, or that others could have written, is
// deleted and made anew: nothing in it is ever taken on trust.
#pragma once

#include <optional>
#include <string>

#include "config/policy.h"
#include "core/base/host.h"
#include "core/doc/value.h"

namespace hardened::config {

// Nothing when there is none for this very file by this very build.
[[nodiscard]] std::optional<Policy> recall(Host& host, const std::string& path, const Stat& file);
// Trouble is nobody's: the next call reads YAML again.
void keep(Host& host, const Policy& policy, const doc::Value& merged, const Stat& file);

// Takes away what is kept of that policy: something in it was damaged.
void discard(Host& host, const std::string& path);

// Changes with every change of the code that reads policies.
[[nodiscard]] std::string_view build_id();

}  // namespace hardened::config
