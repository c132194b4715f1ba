// The tool as a person calls it, with a host in memory and what is real of the machine, of which these commands do nothing.
//
//   const Said said = run_tool(host, {"seccomp", "diff", "default", "strict"});
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ctl/machine.h"
#include "ctl/tool.h"
#include "tests/support/fake_host.h"
#include "tests/unit/ctl/fake_screen.h"

namespace hardened::test {

struct Told {
  int exit = -1;
  std::string out;
  std::string err;
};

inline Told run_tool(Host& host, std::vector<std::string> words) {
  FakeScreen screen;
  const auto machine = ctl::linux_machine();
  words.insert(words.begin(), "hardenedctl");
  const int exit = ctl::run({host, *machine, screen}, words);
  return {exit, screen.out, screen.err};
}

}  // namespace hardened::test
