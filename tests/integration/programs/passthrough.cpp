// The least a shim can be: it becomes the low-level runtime that PASSTHROUGH_RUNTIME names.
#include <unistd.h>

#include <cstdlib>

int main(int, char** arguments, char** environment) {
  const char* runtime = std::getenv("PASSTHROUGH_RUNTIME");
  execve(runtime != nullptr ? runtime : "/usr/sbin/runc", arguments, environment);
  return 127;
}
