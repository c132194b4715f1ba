// Starts a thread as the C library does: with clone3, and with clone where that is said not to exist.
#include <pthread.h>

#include <cstdio>

namespace {
void* body(void* ran) {
  *static_cast<bool*>(ran) = true;
  return nullptr;
}
}  // namespace

int main() {
  pthread_t thread{};
  bool ran = false;
  const int failed = pthread_create(&thread, nullptr, body, &ran);
  if (failed != 0 || pthread_join(thread, nullptr) != 0 || !ran) {
    std::printf("no thread: %d\n", failed);
    return 1;
  }
  std::printf("a thread ran\n");
  return 0;
}
