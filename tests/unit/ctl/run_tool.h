// The tool as a person calls it, with a host in memory and what is real of the machine, of which these commands do nothing.
//
//   const Told told = run_tool(host, {"seccomp", "diff", "default", "strict"});
#pragma once

#include <string>
#include <vector>

#include "tests/support/fake_host.h"

namespace hardened::test {

struct Told {
  int exit = -1;
  std::string out;
  std::string err;
};

[[nodiscard]] Told run_tool(Host& host, const std::vector<std::string>& words);

}  // namespace hardened::test
