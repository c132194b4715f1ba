// What crun's own annotations say about seccomp, beside the section and above it.
//
//   run.oci.seccomp_bpf_data   a program in base 64: crun loads it *instead of* what /linux/seccomp says
//   run.oci.seccomp_bpf_file   the same from a file, in early versions
//   run.oci.seccomp.plugins    libraries that crun loads into itself, as root, to answer a container's calls
//   run.oci.seccomp.receiver   a socket to which crun connects as root, to hand a container's calls to
//
// (crun.1; src/libcrun/container.c, libcrun_container_run_internal and get_seccomp_receiver_fd.) Nobody below us
// may ask for any of them, whichever runtime is to read it: annotations outlive a change of runtime.
//
// One program says nothing new: the very one that crun would make of the section beside it. It is read as
// absent. That is how what we hand over ourselves (runtime/filters.h) is known when a bundle comes back to us,
// and nothing that is forged can be taken for it: it would have to be equal to it.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controls/control.h"
#include "profiles/seccomp/profile.h"

namespace hardened::controls {

inline constexpr std::string_view kFilterAnnotation = "/annotations/run.oci.seccomp_bpf_data";

struct CrunSeccomp {
  static constexpr std::array<std::string_view, 4> pointers{
      kFilterAnnotation, "/annotations/run.oci.seccomp_bpf_file", "/annotations/run.oci.seccomp.plugins",
      "/annotations/run.oci.seccomp.receiver"};
  static constexpr std::size_t receiver = 3;

  std::array<std::optional<std::string>, pointers.size()> asked;  // in the order of the pointers

  friend bool operator==(const CrunSeccomp&, const CrunSeccomp&) = default;
};
// Nothing asked is the bottom; two different values have no order.
[[nodiscard]] bool leq(const CrunSeccomp& a, const CrunSeccomp& b);

// `own_filter` is what own_filter_of found.
[[nodiscard]] Result<CrunSeccomp> read_crun(const Spec& spec, const std::optional<std::string>& own_filter);

// Where the request carries a program: what its own section compiles to, in base 64. Nothing where what it
// carries can be no program at all, and for a section that is absent or does not compile: then no program is the section's.
[[nodiscard]] std::optional<std::string> own_filter_of(const Spec& spec, seccomp::Architecture own);

// One change for each annotation: nothing of them is ever granted.
[[nodiscard]] std::vector<Change> changes_of(const CrunSeccomp& request);

// Takes out what is not granted, and also the section's own program when the section beside it `moves`.
void write_crun(const Spec& spec, const CrunSeccomp& grant, bool moves,
                const std::optional<std::string>& own_filter, SpecEdits& edits);

}  // namespace hardened::controls
