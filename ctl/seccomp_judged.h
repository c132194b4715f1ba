// What a person should know of a profile before a container gets it, or a policy names it.
//
//   const Judged judged = judge("tight.json", document, there);
//   judged.remarks                 {"tight.json:12:5: ", Severity::warning, "rule 3 (socket): …"}
//   judged.profile                 as it is resolved; nothing where it cannot be read
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/doc/value.h"
#include "ctl/seccomp_profiles.h"
#include "profiles/seccomp/lint.h"

namespace hardened::ctl {

struct Remark {
  doc::Position place;
  seccomp::Severity severity = seccomp::Severity::error;
  std::string message;  // of one that says its place itself, with its line below
  bool placed = false;  // it does
};

struct Judged {
  std::vector<Remark> remarks;
  std::optional<seccomp::Profile> profile;
  std::optional<bool>
      loads;  // would runc take it? Nothing where that is not tried, since it could take minutes
};
[[nodiscard]] Judged judge(const doc::Document& document, const Circumstances& there);

// What it allows above a ceiling: "keyctl, ptrace, calls that nobody names"; "" for nothing.
[[nodiscard]] std::string above(const seccomp::Profile& profile, const seccomp::Profile& ceiling);

}  // namespace hardened::ctl
