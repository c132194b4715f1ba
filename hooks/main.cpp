// hardened-hook: what the low-level runtime calls at moments of a container's life.
#include <string>
#include <vector>

#include "core/base/host_linux.h"
#include "hooks/hook.h"

// Stands in for the constructor and the destructor of std::ios_base::Init (CMakeLists.txt).
extern "C" void hardened_no_streams(void* /*init*/) {}

int main(int count, char** words) {
  const std::vector<std::string> argv(words, words + count);
  const auto host = hardened::linux_host();
  return hardened::hooks::run(*host, hardened::hooks::standard_output(), argv);
}
