#include "core/base/processes.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <limits>
#include <utility>

#include "core/base/descriptor.h"
#include "core/base/failure.h"

namespace hardened::processes {
namespace {

class PidDescriptor final : public HeldProcess {
 public:
  PidDescriptor(Descriptor descriptor, std::uint32_t number)
      : descriptor_(std::move(descriptor)), number_(number) {}

  // A pidfd can be read from once its process has ended. A wait that a signal cuts short has not seen the end.
  [[nodiscard]] bool ends_within(std::chrono::milliseconds time) override {
    pollfd ended{.fd = descriptor_.number(), .events = POLLIN, .revents = 0};
    const int said = ::poll(&ended, 1, static_cast<int>(time.count()));
    return said > 0;
  }

  Done kill() override {
    if (::syscall(SYS_pidfd_send_signal, descriptor_.number(), SIGKILL, nullptr, 0U) == 0 || errno == ESRCH) {
      return done();
    }
    return failure("cannot end", "process " + std::to_string(number_), errno);
  }

 private:
  Descriptor descriptor_;
  std::uint32_t number_;
};

}  // namespace

Result<std::unique_ptr<HeldProcess>> hold(std::uint32_t process) {
  const std::string name = "process " + std::to_string(process);
  if (process == 0 || process > std::uint32_t{std::numeric_limits<pid_t>::max()}) {
    return failure("cannot look at", name, ENOENT);
  }
  const auto number = static_cast<pid_t>(process);
  Descriptor descriptor(static_cast<int>(::syscall(SYS_pidfd_open, number, 0U)));  // close-on-exec by itself
  if (!descriptor) return failure("cannot look at", name, errno == ESRCH ? ENOENT : errno);
  return std::unique_ptr<HeldProcess>(std::make_unique<PidDescriptor>(std::move(descriptor), process));
}

Result<std::uint32_t> device_programs(const std::string& cgroup) {
  const Descriptor directory(::open(cgroup.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory) return failure("cannot look at", cgroup, errno);
  // All of it is zero, bytes between members included: the kernel refuses what it does not know.
  bpf_attr query;
  std::fill_n(reinterpret_cast<unsigned char*>(&query), sizeof query, static_cast<unsigned char>(0));
  query.query.target_fd = static_cast<std::uint32_t>(directory.number());
  query.query.attach_type = BPF_CGROUP_DEVICE;
  // With no room for their numbers the kernel still counts them, and says that there was no room.
  if (::syscall(SYS_bpf, BPF_PROG_QUERY, &query, sizeof query) != 0 && errno != ENOSPC) {
    return failure("cannot see the device programs of", cgroup, errno);
  }
  return query.query.prog_cnt;
}

}  // namespace hardened::processes
