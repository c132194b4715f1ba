// What the kernel says of a process in the files of /proc/<pid>, as values: pure functions of the files' text.
//
//   const ProcStatus status = TRY(parse_proc_status(text));     // of /proc/<pid>/status
//   status.capabilities[ProcStatus::bounding]                   // 0xa80425fb
//
// The kernel prints names of a process's own choice into some of them (`Name:`, the command in stat): it
// escapes their line feeds, and the readers here find their lines by what stands at the beginning of each.
// Errors: Fault::io, for text that no kernel since Linux 4.15 prints; nothing is made up for a line that is missing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/host.h"
#include "core/base/result.h"

namespace hardened {

struct ProcStatus {
  enum Set : std::size_t { inheritable, permitted, effective, bounding, ambient };
  std::array<std::uint64_t, 5> capabilities{};  // in that order, that of the file
  bool no_new_privileges = false;
  std::array<std::uint32_t, 4>
      uids{};  // real, effective, saved, of the file system; as the reader's user namespace has them
  std::array<std::uint32_t, 4> gids{};
  std::vector<std::uint32_t> groups;     // beside those
  std::uint64_t seccomp = 0;             // 0: none, 1: strict, 2: filters
  std::optional<std::uint64_t> filters;  // how many, since Linux 5.9
};
[[nodiscard]] Result<ProcStatus> parse_proc_status(std::string_view text);

// Of /proc/<pid>/stat.
struct ProcStat {
  // In ticks since boot, field 22. With the number of the process it names one process for as long as the machine runs.
  std::uint64_t start_time = 0;
  // Since it was forked: the flag PF_FORKNOEXEC, in field 9, is not set (ps(1), PROCESS FLAGS: "forked but didn't exec").
  // A new process has it, the kernel takes it away when an execve(2) can no longer fail (begin_new_exec), for good.
  bool executed = false;
  // The first thread is on its way out (PF_EXITING in the same field): it leaves its cgroups and the rest one by one.
  bool exiting = false;
};
[[nodiscard]] Result<ProcStat> parse_proc_stat(std::string_view text);

// /proc/<pid>/limits, in the order of RLIMIT_*, which is the file's own (fs/proc/base.c, lnames).
[[nodiscard]] Result<std::array<Limit, 16>> parse_proc_limits(std::string_view text);

// An AppArmor label as /proc/<pid>/attr/apparmor/current gives it: "docker-default (enforce)". What runs without
// one is "unconfined" and has no mode.
struct Label {
  std::string name;
  std::string mode;  // "enforce", "complain", "kill", "mixed" of a stack; "" for none
  friend bool operator==(const Label&, const Label&) = default;
};
[[nodiscard]] Label parse_label(std::string_view text);

}  // namespace hardened
