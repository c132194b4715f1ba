// Seccomp filters that were compiled before, for crun.
//
//   const doc::Edits edits = with_filter(host, "/usr/bin/crun", policy, document, plan);
//
// Compiling a profile is half of what crun does at a create. It takes a program as well: the annotation
// run.oci.seccomp_bpf_data, in base 64, in place of what it would make of /linux/seccomp. We hand over just
// what it would make (profiles/seccomp/compile.h), and the section stays in the bundle as it was granted: its
// flags hold, and a runtime that does not read the annotation makes the same filter.
//
// Programs are kept in
//
//   /run/hardened/seccomp/<key>     key: sha256 of the granted profile as canonical text, the architecture,
//                                   libseccomp's version and our own build
//
// at most 256 of them and 4 MiB (stash.h). Whatever goes wrong, nothing is handed over, and crun compiles the granted
// section itself: a fault here neither blocks nor weakens anything.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "config/policy.h"
#include "core/base/host.h"
#include "core/doc/edit.h"
#include "profiles/seccomp/profile.h"
#include "runtime/plan.h"
#include "runtime/subject.h"

namespace hardened::runtime {

inline constexpr std::string_view kFilterDirectory = "/run/hardened/seccomp";
inline constexpr std::size_t kMostFilters = 256;
inline constexpr std::size_t kMostFilterBytes = std::size_t{4} * 1024 * 1024;

// The plan's edits, and behind them the program of what was granted. Only for a bundle that crun will read, with
// a filter in it, and not under `on_excess: observe`, which leaves every byte as it was asked.
[[nodiscard]] doc::Edits with_filter(Host& host, const std::string& low_level, const config::Policy& policy,
                                     const CallDocument& document, const Plan& plan);

// From the directory, or made and put there. Nothing where there is no place to keep it or it does not compile.
[[nodiscard]] std::optional<std::string> filter_of(Host& host, const seccomp::Profile& granted,
                                                   seccomp::Architecture own);

}  // namespace hardened::runtime
