#include "core/base/host_linux.h"

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "core/base/device_access.h"
#include "core/base/failure.h"
#include "core/base/files_hold.h"
#include "core/base/files_read.h"
#include "core/base/files_write.h"
#include "core/base/processes.h"
#include "core/base/programs.h"
#include "core/base/sockets.h"

namespace hardened {
namespace {

static_assert(RLIM_NLIMITS == 16, "Host::limits names them all");
static_assert(sizeof(rlim_t) == sizeof(std::uint64_t) && RLIM_INFINITY == ~rlim_t{0});

// PROC_USER_INIT_INO of linux/proc_ns.h: the first user namespace has this number on every kernel.
constexpr std::uint64_t kInitialUserNamespace = 0xEFFFFFFD;

// execve(2) takes pointers to char that it does not write to.
std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> result;
  result.reserve(words.size() + 1);
  for (const std::string& word : words) result.push_back(const_cast<char*>(word.c_str()));
  result.push_back(nullptr);
  return result;
}

class LinuxHost final : public Host {
 public:
  Result<File> read(const std::string& path, std::size_t most, Links links) override {
    return files::read(path, most, links);
  }
  Result<std::string> drain(int descriptor, std::size_t most) override {
    return files::drain(descriptor, most);
  }
  Result<Stat> stat(const std::string& path, Links links) override { return files::stat(path, links); }
  Result<Place> place_below(const std::string& root, const std::string& path) override {
    return files::place_below(root, path);
  }
  Result<std::string> read_link(const std::string& path) override { return files::read_link(path); }
  Result<Identity> identify(const std::string& path) override { return files::identify(path); }
  Result<std::vector<Listener>> listeners() override { return sockets::listeners(); }
  Result<std::uint64_t> file_system(const std::string& path) override { return files::file_system(path); }
  Result<std::optional<NameSpace>> name_space(const std::string& path) override {
    return files::name_space(path);
  }
  Result<std::vector<std::string>> list(const std::string& path, std::size_t most) override {
    return files::list(path, most);
  }

  Done replace(const std::string& path, std::string_view bytes, std::uint32_t mode) override {
    return files::replace(path, bytes, mode);
  }
  Done append(const std::string& path, std::string_view bytes, std::uint32_t mode) override {
    return files::append(path, bytes, mode);
  }
  Done make_directories(const std::string& path, std::uint32_t mode) override {
    return files::make_directories(path, mode);
  }
  Done remove(const std::string& path) override { return files::remove(path); }
  Done write_whole(const std::string& path, std::string_view bytes) override {
    return files::write_whole(path, bytes);
  }
  Result<Held> lock(const std::string& path, int seconds) override { return files::lock(path, seconds); }
  Done mount_tmpfs(const std::string& path, std::size_t most) override {
    return files::mount_tmpfs(path, most);
  }
  Result<Ran> run(const Program& program) override { return programs::run(program); }
  Done detach(const std::function<void()>& work) override { return programs::detach(work); }
  Result<int> memory_file(const std::string& name, std::string_view bytes, int lowest) override {
    return files::memory_file(name, bytes, lowest);
  }

  Result<std::unique_ptr<HeldProcess>> hold(std::uint32_t process) override {
    return processes::hold(process);
  }
  Result<std::uint32_t> device_programs(const std::string& cgroup) override {
    return processes::device_programs(cgroup);
  }
  Result<std::vector<DeviceAccess>> device_access(const std::string& cgroup,
                                                  const std::vector<std::string>& nodes) override {
    return processes::device_access(cgroup, nodes);
  }

  std::int64_t now_ns() override {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + std::int64_t{now.tv_nsec};
  }

  // A caller in another user namespace may be let pass (`rootless: pass`): so it is the initial
  // one unless the kernel names another, also where /proc does not tell.
  Caller caller() override {
    const auto own = files::stat("/proc/self/ns/user", Links::follow);
    const bool elsewhere = own.ok() && own->inode != kInitialUserNamespace;
    return Caller{.uid = ::geteuid(), .initial_user_namespace = !elsewhere};
  }

  Kernel kernel() override {
    utsname names{};
    if (::uname(&names) != 0) return {};
    return Kernel{.release = names.release, .machine = names.machine};
  }

  std::array<Limit, 16> limits() override {
    std::array<Limit, 16> all{};
    for (unsigned resource = 0; resource < all.size(); ++resource) {
      rlimit limit{};
      if (::getrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0) continue;
      all.at(resource) = Limit{.soft = limit.rlim_cur, .hard = limit.rlim_max};
    }
    return all;
  }

  std::string own_executable() override { return files::read_link("/proc/self/exe").value_or(""); }

  void print_error(std::string_view text) override {
    static_cast<void>(files::write_all(STDERR_FILENO, text));
  }

  Error execute(const std::string& path, const std::vector<std::string>& arguments,
                const std::vector<std::string>& environment) override {
    if (!path.starts_with('/')) return failure("cannot execute", path, "the path is not absolute");
    const std::vector<char*> words = pointers(arguments);
    const std::vector<char*> variables = pointers(environment);
    ::execve(path.c_str(), words.data(), variables.data());
    return failure("cannot execute", path, errno);
  }
};

}  // namespace

std::unique_ptr<Host> linux_host() { return std::make_unique<LinuxHost>(); }

}  // namespace hardened
