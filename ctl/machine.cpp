#include "ctl/machine.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <thread>
#include <utility>

#include "core/base/descriptor.h"
#include "core/base/failure.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kLargestList = 65536;  // XATTR_SIZE_MAX
constexpr const char* kCannotSignal = "cannot signal process";

Done told(int result, const char* what, const std::string& path) {
  if (result == 0) return done();
  return failure(what, path, errno);
}

class LinuxGrowingFile final : public GrowingFile {
 public:
  LinuxGrowingFile(Descriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  Result<std::string> more(std::size_t most) override {
    std::string bytes(most, '\0');
    const ssize_t got = ::read(file_.number(), bytes.data(), bytes.size());
    if (got < 0) return failure("cannot read", path_, errno);
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
  }
  Done skip_to_end() override {
    if (::lseek(file_.number(), 0, SEEK_END) < 0) return failure("cannot read", path_, errno);
    return done();
  }
  Result<Now> now() override {
    struct stat found {};
    const off_t place = ::lseek(file_.number(), 0, SEEK_CUR);
    if (place < 0 || ::fstat(file_.number(), &found) != 0) return failure("cannot look at", path_, errno);
    return Now{found.st_dev, found.st_ino, static_cast<std::uint64_t>(found.st_size),
               static_cast<std::uint64_t>(place)};
  }

 private:
  Descriptor file_;
  std::string path_;
};

class LinuxMachine final : public Machine {
 public:
  Done link(const std::string& file, const std::string& name) override {
    return told(::linkat(AT_FDCWD, file.c_str(), AT_FDCWD, name.c_str(), 0), "cannot link", name);
  }
  Done symlink(const std::string& target, const std::string& name) override {
    return told(::symlink(target.c_str(), name.c_str()), "cannot make the link", name);
  }
  Done rename(const std::string& from, const std::string& to) override {
    return told(std::rename(from.c_str(), to.c_str()), "cannot rename to", to);
  }
  Done change_mode(const std::string& path, std::uint32_t mode) override {
    return told(::chmod(path.c_str(), mode), "cannot change the mode of", path);
  }
  Done sync_directory(const std::string& path) override {
    const Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!directory) return failure("cannot open", path, errno);
    return told(::fsync(directory.number()), "cannot sync", path);
  }
  Result<std::string> access_list(const std::string& path) override {
    std::string bytes(kLargestList, '\0');
    const ssize_t got = ::getxattr(path.c_str(), "system.posix_acl_access", bytes.data(), bytes.size());
    if (got < 0 && (errno == ENODATA || errno == EOPNOTSUPP)) return std::string();
    if (got < 0) return failure("cannot read the access list of", path, errno);
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
  }
  Done remove_directory(const std::string& path) override {
    return told(::rmdir(path.c_str()), "cannot remove", path);
  }
  Done signal(std::uint32_t process, int number, const std::function<Done()>& look) override {
    const std::string name = std::to_string(process);
    const Descriptor held(
        static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(process), 0U)));  // close-on-exec
    if (!held) return failure(kCannotSignal, name, errno == ESRCH ? ENOENT : errno);
    TRY(look());
    if (::syscall(SYS_pidfd_send_signal, held.number(), number, nullptr, 0U) == 0) return done();
    return failure(kCannotSignal, name, errno == ESRCH ? ENOENT : errno);
  }
  Result<std::unique_ptr<GrowingFile>> open(const std::string& path) override {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    if (!file) return failure("cannot open", path, errno);
    struct stat found {};
    if (::fstat(file.number(), &found) != 0) return failure("cannot look at", path, errno);
    if (!S_ISREG(found.st_mode)) return failure("cannot read", path, "it is no file");
    return std::unique_ptr<GrowingFile>(std::make_unique<LinuxGrowingFile>(std::move(file), path));
  }
  void pause(std::chrono::milliseconds time) override { std::this_thread::sleep_for(time); }
};

}  // namespace

std::unique_ptr<Machine> linux_machine() { return std::make_unique<LinuxMachine>(); }

}  // namespace hardened::ctl
