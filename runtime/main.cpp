// hardened-runtime: what the engine calls as if it were runc.
#include <string>
#include <vector>

#include "core/base/host_linux.h"
#include "runtime/pipeline.h"

extern char** environ;

// Stands in for the constructor and the destructor of std::ios_base::Init (CMakeLists.txt).
extern "C" void hardened_no_streams(void* /*init*/) {}

int main(int count, char** words) {
  const std::vector<std::string> argv(words, words + count);
  std::vector<std::string> environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    environment.emplace_back(*entry);
  const auto host = hardened::linux_host();
  return hardened::runtime::run(*host, argv, environment);
}
