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
//   hardened filter 1 <sha256 of key and program>\n<program>
//
// root only, on a tmpfs: what is there was written since the machine started, under this kernel (of which
// libseccomp asks what it knows), and no create waits for a disk. Each use looks again at owner, mode, size
// and digest, so that a program is only ever used for the profile that it was made of; a file that fails any of
// it is deleted and made anew. Files are replaced whole, so that calls at once see none or a whole one. There
// are at most 256 files and 4 MiB, the oldest go first; creates at the same moment may each add one before the
// next one counts.
//
// Whatever goes wrong, nothing is handed over, and crun compiles the granted section itself: a fault here
// neither blocks nor weakens anything.
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
