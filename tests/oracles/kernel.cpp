#include "tests/oracles/kernel.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <stdexcept>

// int $0x80 with all six registers; rbp and rbx are the caller's.
asm(R"(
.pushsection .text
.type hardened_int80, @function
hardened_int80:
  push %rbp
  push %rbx
  mov 0(%rdi), %eax
  mov 8(%rdi), %ebx
  mov 16(%rdi), %ecx
  mov 24(%rdi), %edx
  mov 32(%rdi), %esi
  mov 48(%rdi), %ebp
  mov 40(%rdi), %edi
  int $0x80
  movslq %eax, %rax
  pop %rbx
  pop %rbp
  ret
.popsection
)");
extern "C" long hardened_int80(const std::uint64_t* number_and_arguments);

namespace hardened::test {
namespace {

using seccomp::Architecture;

constexpr std::uint32_t kKey = 0x68617264;  // in an argument of seccomp(2) that the kernel does not read
constexpr std::size_t kMostCalls = 256;
constexpr int kSysSeccomp = 1;  // SYS_SECCOMP of asm-generic/siginfo.h, which glibc 2.36 does not show

struct Shared {
  volatile std::size_t at = 0;
  Seen seen[kMostCalls];
};

struct Work {
  const std::vector<Program>* filters = nullptr;
  const std::vector<Call>* calls = nullptr;
  Shared* shared = nullptr;
};

sigjmp_buf trap_return;

void on_trap(int, siginfo_t* info, void*) {
  // Without sigreturn, which the filter may deny.
  if (info->si_code == kSysSeccomp) siglongjmp(trap_return, 1);
  abort();
}

long raw(const Call& call) {
  const auto& a = call.arguments;
  const int number = call.number.value_or(-1);
  if (call.architecture == Architecture::x86) {
    const std::uint64_t all[7] = {static_cast<std::uint32_t>(number), a[0], a[1], a[2], a[3], a[4], a[5]};
    return hardened_int80(all);
  }
  long out = number;
  register std::uint64_t r10 asm("r10") = a[3];
  register std::uint64_t r8 asm("r8") = a[4];
  register std::uint64_t r9 asm("r9") = a[5];
  asm volatile("syscall"
               : "+a"(out)
               : "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return out;
}

// The loader's own call goes through a filter that denies it; no other can have the key.
Program with_door(const Program& filter) {
  Program out{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
              BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 5),
              BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
              BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 0, 3),
              BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args) + 5 * sizeof(std::uint64_t)),
              BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kKey, 0, 1),
              BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  out.insert(out.end(), filter.begin(), filter.end());
  return out;
}

bool load(const Program& filter) {
  sock_fprog program{static_cast<unsigned short>(filter.size()), const_cast<sock_filter*>(filter.data())};
  const Call call{Architecture::x86_64,
                  "seccomp",
                  {SECCOMP_SET_MODE_FILTER, 0, reinterpret_cast<std::uint64_t>(&program), 0, 0, kKey},
                  SYS_seccomp};
  return raw(call) == 0;
}

[[noreturn]] void* run_filtered(void* argument) {
  const Work& work = *static_cast<Work*>(argument);
  Shared& shared = *work.shared;
  std::vector<Program> filters;
  for (const Program& filter : *work.filters) filters.push_back(with_door(filter));
  for (const Program& filter : filters) {
    if (load(filter)) continue;
    shared.seen[shared.at].end = End::not_loaded;
    __builtin_trap();
  }
  // From here on no call but those of the test: no allocation, no return.
  while (shared.at < work.calls->size()) {
    Seen& seen = shared.seen[shared.at];
    if (sigsetjmp(trap_return, 0) == 0) {
      const long got = raw((*work.calls)[shared.at]);
      seen.code = got < 0 && got >= -4095 ? static_cast<int>(-got) : 0;
      seen.end = End::returned;
    } else {
      seen.end = End::trapped;
    }
    shared.at = shared.at + 1;
  }
  __builtin_trap();  // an end that needs no call
}

[[noreturn]] void run_child(Work work) {
  const rlimit none{0, 0};
  struct sigaction on_sys {};
  on_sys.sa_sigaction = on_trap;
  on_sys.sa_flags = SA_SIGINFO | SA_NODEFER;
  pthread_t thread{};
  if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      setrlimit(RLIMIT_CORE, &none) != 0 || setrlimit(RLIMIT_NOFILE, &none) != 0 ||
      sigaction(SIGSYS, &on_sys, nullptr) != 0 ||
      pthread_create(&thread, nullptr, run_filtered, &work) != 0) {
    _exit(1);
  }
  pthread_join(thread, nullptr);
  _exit(0);  // only where the thread was killed
}

// Until the end, or the first death.
void run_once(const Work& work) {
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process for the filters");
  if (child == 0) run_child(work);
  int status = 0;
  if (waitpid(child, &status, 0) != child) throw std::runtime_error("the process is lost");
  Shared& shared = *work.shared;
  if (shared.at >= work.calls->size()) return;
  Seen& last = shared.seen[shared.at];
  if (last.end == End::not_loaded) return;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    last = {End::thread_killed, 0};
  } else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) {
    last = {End::process_killed, 0};
  } else {
    throw std::runtime_error("the process under the filters ended otherwise than by them");
  }
}

}  // namespace

std::vector<Seen> observe(const std::vector<Program>& filters, const std::vector<Call>& calls,
                          unsigned most_deaths) {
  if (calls.size() > kMostCalls) throw std::runtime_error("too many calls at once");
  void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error("no shared memory");
  auto* shared = new (memory) Shared;
  for (unsigned deaths = 0; deaths <= most_deaths && shared->at < calls.size(); ++deaths) {
    run_once({&filters, &calls, shared});
    if (shared->seen[shared->at < calls.size() ? shared->at : 0].end == End::not_loaded) break;
    if (shared->at < calls.size()) shared->at = shared->at + 1;
  }
  std::vector<Seen> out(shared->seen, shared->seen + calls.size());
  munmap(memory, sizeof(Shared));
  return out;
}

bool has_int80() {
  // getpid has another number there; without the emulation the process gets SIGSEGV.
  const pid_t child = fork();
  if (child == 0) {
    const std::uint64_t getpid_on_x86[7] = {20};
    _exit(hardened_int80(getpid_on_x86) == getpid() ? 0 : 1);
  }
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace hardened::test
