// A policy test: a folder that operators keep beside their policy.
//
//   config.json                    what is asked; or process.json (an exec), or resources.json (an update)
//   policy.yaml                    the policy; where there is none, the nearest in a folder above
//   host.yaml                      what this host has beyond the usual (described_host.h); own or nearest above, may be missing
//   expect.yaml                    what is to come of it:
//
//     given: {image: "sha256:…", name: builder-1, date: 2027-06-30}   # what waivers are matched with; all may be left out
//     verdict: narrowed                                               # unchanged | narrowed | refused
//     controls: {pids: narrowed, capabilities: unchanged}             # of single ones
//     granted: {/linux/resources/pids/limit: 4096, /process/user: null}   # whole values; null: not there
//     says: the ceiling is 4096                                       # or a list: parts of the refusal
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controls/control.h"
#include "core/base/host.h"
#include "core/doc/value.h"
#include "ctl/explanation.h"

namespace hardened::ctl {

// One thing that is expected, and the line that says so.
struct Wanted {
  std::string what;  // "" of the verdict; a control, a pointer, a part of the message
  doc::Value value;
  std::string from;  // "more-pids/expect.yaml:3"
};

struct Expectation {
  struct Given {
    std::string image;
    std::string name;
    std::string container;
    std::string root;
    std::optional<std::int64_t> now_ns;
  } given;
  Wanted verdict;
  std::vector<Wanted> controls;
  std::vector<Wanted> granted;
  std::vector<Wanted> says;
};
// Everything that is wrong with it at once.
[[nodiscard]] Result<Expectation> read_expectation(const std::string& name, const std::string& yaml);

struct CaseFailure {
  std::string what;  // "expected narrowed, is refused"; long values are cut
  std::string from;
  struct Values {
    doc::Value expected;
    doc::Value granted;  // null: not there
  };
  std::optional<Values> values{};  // of one about `granted`, whole
};
struct CaseResult {
  std::string folder;
  std::string policy;  // path of the one that decided
  std::string verdict;
  std::vector<CaseFailure> failures;
  std::string because;         // where the outcome is another: what decided it, and what was noted
  std::optional<Error> error;  // the case itself cannot be read, or could not be decided

  [[nodiscard]] bool passed() const { return failures.empty() && !error; }
};

enum class FactsFrom : std::uint8_t { description, this_host };
struct CaseOptions {
  std::optional<std::string> policy;  // instead of that beside the case
  FactsFrom facts = FactsFrom::description;
};

// The folders of all cases at and below it, sorted. Fault::absent where there is none; an error also where one could be left
// out: behind a symbolic link, too deep, or among too many names.
[[nodiscard]] Result<std::vector<std::string>> find_cases(Host& host, const std::string& directory);
[[nodiscard]] CaseResult run_case(Host& host, const std::string& folder, const CaseOptions& options);

}  // namespace hardened::ctl
