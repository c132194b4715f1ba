// What a person should know of a profile before it is a ceiling.
//
//   lint(file, machine)
//     warning  rule 3 (socket): argument 0 of socket is an int, of which the kernel reads 32 bits, but
//              SCMP_CMP_NE compares 64: a caller that sets the others gets past it; write …
//     warning  rule 7 (ioctl): for ioctl it may match together with rule 5, which has another answer; …
//     note     rule 9 (keyctl): its answer is the default action, so that runc drops it
//     error    below what runc needs to start a container without no_new_privileges: capget and capset; …
//
//   below_floor(resolve(file, bounding, machine), false)     {"capget", "capset"}
//
// What is found is approximate on one side only: rules that are told to overlap may exclude each other in a way
// that is not seen (lint_overlaps.h); what is told of widths and of the floor is so. A rule's number is its
// place in "syscalls", from 1, as in the messages of parse.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profiles/seccomp/engines.h"
#include "profiles/seccomp/parse.h"
#include "profiles/seccomp/resolve.h"

namespace hardened::seccomp {

enum class Severity : std::uint8_t {
  note,     // harmless, or strict where it need not be
  warning,  // allows, or may allow, what it seems to deny
  error,    // containers do not start
};

struct Finding {
  Severity severity = Severity::note;
  std::string message;
  std::optional<std::size_t>
      rule{};  // its place in "syscalls", from 0; none where no rule of its own is to blame
};

// In the order of the rules; what no rule of its own is to blame for comes last.
[[nodiscard]] std::vector<Finding> lint(const DockerProfile& file, const Machine& machine);

// The calls of a floor that the profile answers so that no container starts, whatever their arguments; of two that
// stand in for each other, both. A call that some rule may allow is not told.
[[nodiscard]] std::vector<std::string_view> below_floor(const Profile& profile, const Floor& floor);
// The floor is runc's.
[[nodiscard]] std::vector<std::string_view> below_floor(const Profile& profile, bool no_new_privileges);

}  // namespace hardened::seccomp
