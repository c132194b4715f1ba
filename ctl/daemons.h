// The dockerds of this host: those that run, as /proc shows them, and the one that would, as its files configure it.
//
//   for (const Daemon& daemon : TRY(daemons(context))) daemon.data_root   // "/var/lib/docker"
//
// No API is asked: what is looked at is what the daemon was given, by its command line and by its configuration file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/doc/value.h"
#include "ctl/command.h"

namespace hardened::ctl {

struct Runtime {
  std::string name;
  std::string path;  // as configured; "" for a runtime type of containerd's
  std::vector<std::string> arguments;
};

struct Daemon {
  std::uint32_t process = 0;            // 0: none runs, this is what its files say
  std::vector<std::string> arguments;   // its command line
  std::string config_file;              // "/etc/docker/daemon.json"; it may be missing
  std::optional<doc::Document> config;  // as it stands; nothing where it is missing
  std::string trouble;                  // a line that says why the file could not be read; "" mostly
  std::string data_root;                // "/var/lib/docker"
  std::string exec_root;                // "/run/docker"
  std::vector<std::string> hosts;       // "unix:///run/docker.sock", "tcp://0.0.0.0:2375"
  std::string default_runtime;          // "runc" where nothing says so
  std::vector<Runtime> runtimes;        // registered ones, runc itself left out
};

// All that run (dockerd_processes.h says which count), and the one of /etc/docker/daemon.json where none runs on its data
// root. Never empty where dockerd is installed.
[[nodiscard]] Result<std::vector<Daemon>> daemons(const Context& context);

inline constexpr std::string_view kDaemonJson = "/etc/docker/daemon.json";
// What docker.socket has systemd open for a daemon whose host is fd://.
inline constexpr std::string_view kActivatedSocket = "/run/docker.sock";

}  // namespace hardened::ctl
