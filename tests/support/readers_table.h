// What the parsers of readers.h know: the flags of runc and of crun, as their sources declare them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hardened::test::readers {

using Words = std::vector<std::string>;
using Flags = std::map<std::string, Words>;  // by long name; of a boolean the last value only

struct Reading {
  std::string call;
  std::string id;
  Words command;  // exec: what follows the id
  Flags flags;    // of the subcommand and of the globals
};
// Nothing: rejected, only help, or a call that grants nothing.
using Read = std::optional<Reading>;

struct Option {
  std::string name;
  char letter = 0;
  char takes = 0;  // ':' a value, '*' an optional one (argp), 0 none
};
using Table = std::vector<Option>;

// "bundle,b: no-pivot": two options, one with the letter b and a value.
inline Table read_table(std::string_view text) {
  Table options;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, blank);
    text.remove_prefix(std::min(blank + 1, text.size()));
    Option option;
    if (word.back() == ':' || word.back() == '*') {
      option.takes = word.back();
      word.remove_suffix(1);
    }
    const std::size_t comma = word.find(',');
    option.name = word.substr(0, comma);
    if (comma != std::string_view::npos) option.letter = word[comma + 1];
    options.push_back(option);
  }
  return options;
}

// The same, read once.
inline const Table& table(const std::string& text) {
  static std::map<std::string, Table> tables;
  const auto found = tables.find(text);
  return found != tables.end() ? found->second : tables.emplace(text, read_table(text)).first->second;
}

inline const std::string kRuncGlobals =
    "debug log: log-format: root: criu: systemd-cgroup rootless: help,h version,v";
inline const std::map<std::string, std::string> kRunc{
    {"create",
     "bundle,b: console-socket: pidfd-socket: pid-file: no-pivot no-new-keyring preserve-fds: help,h"},
    {"run",
     "bundle,b: console-socket: pidfd-socket: detach,d keep pid-file: no-subreaper no-pivot no-new-keyring "
     "preserve-fds: help,h"},
    {"exec",
     "console-socket: pidfd-socket: cwd: env,e: tty,t user,u: additional-gids,g: process,p: detach,d "
     "pid-file: "
     "process-label: apparmor: no-new-privs cap,c: preserve-fds: cgroup: ignore-paused help,h"},
    {"update",
     "resources,r: blkio-weight: cpu-period: cpu-quota: cpu-burst: cpu-share: cpu-rt-period: cpu-rt-runtime: "
     "cpu-idle: cpuset-cpus: cpuset-mems: kernel-memory: kernel-memory-tcp: memory: memory-reservation: "
     "memory-swap: pids-limit: l3-cache-schema: mem-bw-schema: help,h"},
    {"start", "help,h"},
    {"restore",
     "console-socket: image-path: work-path: tcp-established ext-unix-sk shell-job file-locks "
     "manage-cgroups-mode: bundle,b: detach,d pid-file: no-subreaper no-pivot empty-ns: auto-dedup "
     "lazy-pages "
     "lsm-profile: lsm-mount-context: help,h"}};
inline const std::string kCrunGlobals =
    "debug cgroup-manager: systemd-cgroup log: log-format: log-level: root: rootless: version,v ,V help,? "
    "usage "
    "program-name: HANG*";
inline const std::map<std::string, std::string> kCrun{
    {"create",
     "bundle,b: config,f: console-socket: preserve-fds: no-pivot pid-file: no-subreaper no-new-keyring "
     "help,? usage "
     "program-name: HANG*"},
    {"run",
     "bundle,b: config,f: detach,d console-socket: preserve-fds: no-pivot pid-file: no-subreaper "
     "no-new-keyring "
     "help,? usage program-name: HANG*"},
    {"exec",
     "console-socket: tty,t* process,p: cwd: cgroup: detach,d user,u: env,e: cap,c: pid-file: preserve-fds: "
     "no-new-privs process-label: apparmor: help,? usage program-name: HANG*"},
    {"update",
     "resources,r: blkio-weight: cpu-period: cpu-quota: cpu-share: cpu-rt-period: cpu-rt-runtime: "
     "cpuset-cpus: "
     "cpuset-mems: kernel-memory: kernel-memory-tcp: memory: memory-reservation: memory-swap: pids-limit: "
     "help,? "
     "usage program-name: HANG*"},
    {"start", "help,? usage program-name: HANG*"},
    {"restore",
     "bundle,b: image-path: work-path: tcp-established ext-unix-sk shell-job detach,d pid-file: "
     "console-socket: "
     "file-locks manage-cgroups-mode: help,? usage program-name: HANG*"}};

inline void note(Flags& flags, const Option& option, std::string value) {
  if (option.takes == 0) flags[option.name].clear();
  flags[option.name].push_back(std::move(value));
}

}  // namespace hardened::test::readers
