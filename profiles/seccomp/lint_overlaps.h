// Rules of one profile that say different things of one call; for lint.cpp.
//
// How runc and libseccomp read them is said in reading.h: a rule whose answer is the default action is dropped, the
// first rule without conditions decides its call, and where two rules with conditions match, libseccomp's
// tree chooses.
#pragma once

#include <vector>

#include "profiles/seccomp/lint.h"
#include "profiles/seccomp/parse.h"

namespace hardened::seccomp::detail {

// "rule 3 (ptrace, process_vm_readv and 4 more)"
[[nodiscard]] std::string title(std::size_t position, const Rule& rule);

// A finding with the rule that it is about.
struct Placed {
  std::size_t position = 0;
  Finding finding;
};

[[nodiscard]] std::vector<Placed> overlaps(const DockerProfile& file);

}  // namespace hardened::seccomp::detail
