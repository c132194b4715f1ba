// Makes system calls and says how each was answered, a line for each: "0" for success, the errno, or "signal N".
//
//   calls 41:38:3 435:0:0 41:0x100000026     socket(38, 3, 0), clone3(0, 0), socket(38) with a bit above an int
//   calls i386:20                            getpid through int $0x80, the door of 32-bit programs
//
// Arguments that are not given are 0. Each call is made in a process of its own: what it does to that, or
// whether it ends it, the next one does not see. No call waits longer than two seconds.
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace {

constexpr std::string_view kI386 = "i386:";
using Call = std::array<long, 7>;

Call parsed(const char* text) {
  Call call{};
  for (long& word : call) {
    char* end = nullptr;
    word = static_cast<long>(text[0] == '-' ? static_cast<unsigned long>(std::strtol(text, &end, 0))
                                            : std::strtoul(text, &end, 0));
    if (*end == '\0') return call;
    if (*end != ':' || end == text) std::exit(2);
    text = end + 1;
  }
  std::exit(2);
}

long through_int_80([[maybe_unused]] const Call& call) {
  long answer = -ENOSYS;
#if defined(__x86_64__)
  asm volatile("int $0x80"
               : "=a"(answer)
               : "a"(call[0]), "b"(call[1]), "c"(call[2]), "d"(call[3])
               : "memory", "r8", "r9", "r10", "r11");
#endif
  return static_cast<int>(answer);
}

int answer_of(const char* text) {
  if (std::string_view(text).substr(0, kI386.size()) == kI386) {
    const long answer = through_int_80(parsed(text + kI386.size()));
    return answer < 0 ? static_cast<int>(-answer) : 0;
  }
  const Call c = parsed(text);
  return syscall(c[0], c[1], c[2], c[3], c[4], c[5], c[6]) == -1 ? errno : 0;
}

}  // namespace

int main(int count, char** words) {
  // A place for each: the children of fork and clone may still write theirs when the next call is made.
  const std::size_t size = static_cast<std::size_t>(count) * sizeof(int);
  void* shared = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 1;
  for (int i = 1; i < count; ++i) {
    int* const answer = static_cast<int*>(shared) + i;
    *answer = -1;
    const pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) {
      alarm(2);
      *answer = answer_of(words[i]);
      _exit(0);
    }
    int status = 0;
    if (waitpid(child, &status, 0) != child) return 1;
    if (WIFSIGNALED(status)) {
      std::printf("signal %d\n", WTERMSIG(status));
    } else {
      std::printf("%d\n", *answer);
    }
  }
  return 0;
}
