#include "core/base/device_access.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "core/base/descriptor.h"
#include "core/base/failure.h"

namespace hardened::processes {
namespace {

constexpr std::string_view kCannotTry = "cannot try devices in";
constexpr int kPatience = 20;  // ms; what is asked takes some hundred microseconds
constexpr unsigned kReads = 1;
constexpr unsigned kWrites = 2;
constexpr unsigned kAnswered = 4;

// One byte a node, written by the child and read by us.
class Answers {
 public:
  explicit Answers(std::size_t size)
      : size_(size),
        place_(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {}
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;
  ~Answers() {
    if (*this) ::munmap(place_, size_);
  }

  [[nodiscard]] explicit operator bool() const { return place_ != MAP_FAILED; }
  [[nodiscard]] volatile unsigned char& of(std::size_t node) {
    return static_cast<volatile unsigned char*>(place_)[node];
  }

 private:
  std::size_t size_;
  void* place_;
};

// The child's whole life: no memory is allocated and nothing is opened.
[[noreturn]] void answer(const std::vector<std::string>& nodes, Answers& answers) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    unsigned can = kAnswered;
    if (::faccessat(AT_FDCWD, nodes[i].c_str(), R_OK, 0) == 0) can |= kReads;
    if (::faccessat(AT_FDCWD, nodes[i].c_str(), W_OK, 0) == 0) can |= kWrites;
    answers.of(i) = static_cast<unsigned char>(can);
  }
  ::_exit(0);
}

struct Child {
  pid_t number = -1;
  Descriptor descriptor;
};

// As fork(2) does it, but born in the cgroup: to move there costs the kernel tens of milliseconds.
Child born_in(int cgroup) {
  int descriptor = -1;
  clone_args how{};
  how.flags = CLONE_INTO_CGROUP | CLONE_PIDFD;
  how.pidfd = reinterpret_cast<std::uintptr_t>(&descriptor);
  how.exit_signal = SIGCHLD;
  how.cgroup = static_cast<__u64>(cgroup);
  const auto number = static_cast<pid_t>(::syscall(SYS_clone3, &how, sizeof how));
  return {number, Descriptor(number > 0 ? descriptor : -1)};
}

bool ends(const Child& child) {
  pollfd ended{.fd = child.descriptor.number(), .events = POLLIN, .revents = 0};
  return ::poll(&ended, 1, kPatience) > 0;
}

// Whoever is in a frozen cgroup does nothing, but can be killed (cgroup-v2, "cgroup.freeze"). One whose cgroup has used up
// its cpu.max dies when it gets some again: it is not waited for, and is no more than an entry of the process table.
void wait_for(const Child& child) {
  if (!ends(child)) {
    static_cast<void>(::syscall(SYS_pidfd_send_signal, child.descriptor.number(), SIGKILL, nullptr, 0U));
    static_cast<void>(ends(child));
  }
  int status = 0;
  static_cast<void>(::waitpid(child.number, &status, WNOHANG));
}

}  // namespace

Result<std::vector<DeviceAccess>> device_access(const std::string& cgroup,
                                                const std::vector<std::string>& nodes) {
  std::vector<DeviceAccess> access;
  if (nodes.empty()) return access;
  const Descriptor directory(::open(cgroup.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory) return failure(kCannotTry, cgroup, errno);
  Answers answers(nodes.size());
  if (!answers) return failure(kCannotTry, cgroup, errno);
  const Child child = born_in(directory.number());
  if (child.number == 0) answer(nodes, answers);
  if (child.number < 0) return failure(kCannotTry, cgroup, errno);
  wait_for(child);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const unsigned can = answers.of(i);
    if ((can & kAnswered) == 0) return failure(kCannotTry, cgroup, "a process there does not get to run");
    access.push_back({(can & kReads) != 0, (can & kWrites) != 0});
  }
  return access;
}

}  // namespace hardened::processes
