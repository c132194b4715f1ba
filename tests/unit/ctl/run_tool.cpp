#include "tests/unit/ctl/run_tool.h"

#include "ctl/machine.h"
#include "ctl/tool.h"
#include "tests/unit/ctl/fake_screen.h"

namespace hardened::test {

Told run_tool(Host& host, const std::vector<std::string>& words) {
  FakeScreen screen;
  const auto machine = ctl::linux_machine();
  std::vector<std::string> argv{"hardenedctl"};
  argv.insert(argv.end(), words.begin(), words.end());
  const int exit = ctl::run({host, *machine, screen}, argv);
  return {exit, screen.out, screen.err};
}

}  // namespace hardened::test
