// hardenedctl: the operator's tool.
#include <string>
#include <vector>

#include "core/base/host_linux.h"
#include "ctl/machine.h"
#include "ctl/screen.h"
#include "ctl/tool.h"

int main(int count, char** words) {
  const std::vector<std::string> argv(words, words + count);
  const auto host = hardened::linux_host();
  const auto machine = hardened::ctl::linux_machine();
  const auto screen = hardened::ctl::terminal();
  return hardened::ctl::run({*host, *machine, *screen}, argv);
}
