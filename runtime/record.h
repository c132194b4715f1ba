// The decision record: one JSON object a line, for people and for `hardenedctl log`.
//
//   {"time":"2026-11-22T10:00:00.123456789Z","id":"4f1c…","engine":"docker","image":"sha256:9c1e…","call":"create",
//    "policy":"/etc/hardened/policy.yaml","policy_id":"9c1e…","verdict":"narrowed","privileged":true,
//    "cis":{"benchmark":"CIS Docker Benchmark 1.6.0","ids":["5.4","5.5"]},
//    "controls":[{"control":"capabilities","verdict":"narrowed","on_excess":"narrow",
//      "rule":"/etc/hardened/policy.yaml:14","cis":["5.4"],"changes":[{"field":"/process/capabilities/bounding",
//      "asked":"CAP_SYS_ADMIN","granted":"","reason":"…"}]}]}
//
// One write(2) with O_APPEND and at most 16 KiB, so that lines of calls at the same moment never mix
// (longer texts are cut, each with its size and digest). Nothing of a request can break a line: all text
// passes through printable() and JSON's own escapes. `"default":true` marks what an engine's own default
// asked for, so that the rest is what users asked for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan.h"

namespace hardened::runtime {

inline constexpr std::size_t kLongestRecord = std::size_t{16} * 1024;

struct RecordHead {
  std::int64_t time_ns = 0;
  std::string id;
  std::string engine;   // where the root does not tell
  std::string image{};  // "sha256:…", as the engine has it; "" where it was not asked, or does not tell
  std::string root;
  std::string call;    // "create"
  std::string policy;  // path
  std::string policy_id;
  std::vector<std::string> waivers{};  // that hold for this container, whether or not it made use of them
  std::vector<std::string> notes;      // "unmanaged: created without hardened"
};

// The line, with its newline.
[[nodiscard]] std::string record_line(const RecordHead& head, const Plan& plan);
// The line of a call that could not be decided.
[[nodiscard]] std::string fault_line(const RecordHead& head, const Error& error);
// The line of a container that held more than it was granted: its verdict is "above".
[[nodiscard]] std::string verification_line(const RecordHead& head, const std::vector<Decision>& found);

// "2026-11-22T10:00:00.123456789Z"
[[nodiscard]] std::string rfc3339(std::int64_t time_ns);

// Which engine keeps its containers at this --root: "docker", "containerd", "docker plugin", or "" for a root that none of them is known to use.
[[nodiscard]] std::string_view engine_of(std::string_view root);

// Which one calls itself the maker of this bundle ("podman", "cri-o"; both leave the root to the runtime). Anybody can
// write an annotation: information, for a record alone.
[[nodiscard]] std::string_view engine_of(const controls::Spec& bundle);

// Appends the line where the policy says, and does with a failure what the policy says.
[[nodiscard]] Done write_record(Host& host, const config::DecisionLog& log, const std::string& line);

}  // namespace hardened::runtime
