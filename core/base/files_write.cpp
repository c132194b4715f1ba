#include "core/base/files_write.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/failure.h"

namespace hardened::files {
namespace {

constexpr std::string_view kCannotAppend = "cannot append to";
constexpr std::string_view kCannotMake = "cannot make directory";

#ifndef MFD_NOEXEC_SEAL
constexpr unsigned MFD_NOEXEC_SEAL = 8U;  // linux/memfd.h since 6.3; older kernels say EINVAL
#endif

// Half a line would swallow the next one (containerd reads the log as a stream of JSON values and
// stops at the first that is broken): take it back, unless somebody has written behind it.
void take_back(int descriptor, ssize_t written) {
  struct ::stat status {};
  const off_t end = ::lseek(descriptor, 0, SEEK_CUR);
  if (end < written || ::fstat(descriptor, &status) != 0 || status.st_size != end) return;
  static_cast<void>(::ftruncate(descriptor, end - written) == 0);
}

bool is_directory(const std::string& path) {
  struct ::stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

// With vm.memfd_noexec=2 the kernel refuses a memory file that does not say it is no program.
Descriptor anonymous_file(const std::string& name) {
  constexpr unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  Descriptor file(::memfd_create(name.c_str(), flags | MFD_NOEXEC_SEAL));
  if (!file && errno == EINVAL) file = Descriptor(::memfd_create(name.c_str(), flags));
  return file;
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Done append(const std::string& path, std::string_view bytes, std::uint32_t mode) {
  const Descriptor file(::open(
      path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, mode));
  if (!file) return failure(kCannotAppend, path, errno);
  ssize_t written = -1;
  do {
    written = ::write(file.number(), bytes.data(), bytes.size());
  } while (written < 0 && errno == EINTR);
  if (written < 0) return failure(kCannotAppend, path, errno);
  if (static_cast<std::size_t>(written) == bytes.size()) return done();
  take_back(file.number(), written);
  return failure(kCannotAppend, path, ENOSPC);  // what a short write to a file means
}

Done make_directories(const std::string& path, std::uint32_t mode) {
  std::size_t end = 0;
  while (end != std::string::npos) {
    end = path.find('/', end + 1);
    const std::string prefix = path.substr(0, end);
    // The kernel says EEXIST of what is there before it says that nothing may be made there.
    if (::mkdir(prefix.c_str(), mode) != 0 && errno != EEXIST) return failure(kCannotMake, prefix, errno);
  }
  if (!is_directory(path)) return failure(kCannotMake, path, ENOTDIR);
  return done();
}

Done remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0) return failure("cannot remove", path, errno);
  return done();
}

Result<int> memory_file(const std::string& name, std::string_view bytes, int lowest) {
  constexpr std::string_view doing = "cannot make memory file";
  Descriptor file = anonymous_file(name);
  if (!file || !write_all(file.number(), bytes)) return failure(doing, name, errno);
  // Who inherits it starts at its beginning, and nobody changes it any more.
  if (::lseek(file.number(), 0, SEEK_SET) != 0) return failure(doing, name, errno);
  constexpr int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  if (::fcntl(file.number(), F_ADD_SEALS, seals) != 0) return failure(doing, name, errno);
  if (file.number() >= lowest) {  // then it is the first free one from there on
    if (::fcntl(file.number(), F_SETFD, 0) != 0) return failure(doing, name, errno);
    return file.release();
  }
  // F_DUPFD takes the first free number from `lowest` on, and its copy is not close-on-exec.
  const int number = ::fcntl(file.number(), F_DUPFD, lowest);
  if (number < 0) {
    if (errno == EINVAL)
      return failure(doing, name, "descriptor " + std::to_string(lowest) + " is above our limit");
    return failure(doing, name, errno);
  }
  return number;
}

}  // namespace hardened::files
