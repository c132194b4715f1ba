// The containers that need hardened: what uninstall would leave behind.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ctl/command.h"

namespace hardened::ctl {

struct Needing {
  std::string name;  // as its engine calls it, or its id
  std::string why;   // "docker made it with the runtime hardened"
};

// Those that dockerds of these data roots made with a runtime of one of these names, whether or not they run (they could
// not be started any more), and those of any engine that run and have a grant record (their hooks and their next exec go
// through hardened). One whose files cannot be read may need it, and is among them.
[[nodiscard]] Result<std::vector<Needing>> needing(const Context& context,
                                                   const std::vector<std::string>& data_roots,
                                                   const std::map<std::string, std::string>& runtimes);

}  // namespace hardened::ctl
