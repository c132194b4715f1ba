// Which processes of this host are its dockerds. A name is anybody's to take: `exec -a dockerd` is all it needs.
//
//   const Dockerds found = TRY(dockerd_processes(host));
//   found.trusted.front().arguments         // {"/usr/bin/dockerd", "-H", "fd://"}
//
// One counts whose user ids are all root's (proc(5), Uid) and whose program (/proc/<pid>/exe) is called dockerd and can
// have been put there by root alone. An upgrade takes the program away from under one that runs: then the directories
// count. Of whatever else calls itself dockerd nothing is read but who it is. What has another root than ours, as in
// a container, is none of this host's engines, and is left out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/host.h"

namespace hardened::ctl {

struct DockerdProcess {
  std::uint32_t process = 0;
  std::vector<std::string> arguments;
};

struct Dockerds {
  std::vector<DockerdProcess> trusted;  // by their numbers
  std::vector<std::uint32_t>
      users;  // who else runs something called dockerd: sorted, each once, root left out
  std::vector<std::string> distrusted;  // of root's own: why they are none of the above
};
[[nodiscard]] Result<Dockerds> dockerd_processes(Host& host);

}  // namespace hardened::ctl
