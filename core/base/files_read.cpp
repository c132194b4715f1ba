#include "core/base/files_read.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <memory>

#include "core/base/descriptor.h"
#include "core/base/failure.h"

namespace hardened::files {
namespace {

constexpr std::string_view kCannotRead = "cannot read";
// For what does not say its size: files of /proc, a pipe. Not much larger, since all of it is cleared first.
constexpr std::size_t kChunk = std::size_t{4} * 1024;

Stat::Type type_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return Stat::Type::file;
    case S_IFDIR: return Stat::Type::directory;
    case S_IFLNK: return Stat::Type::symlink;
    case S_IFSOCK: return Stat::Type::socket;
    case S_IFIFO: return Stat::Type::fifo;
    case S_IFCHR: return Stat::Type::character;
    case S_IFBLK: return Stat::Type::block;
    default: return Stat::Type::other;
  }
}

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + std::int64_t{time.tv_nsec};
}

Stat stat_of(const struct ::stat& from) {
  return Stat{.type = type_of(from.st_mode),
              .device = from.st_dev,
              .inode = from.st_ino,
              .rdev = from.st_rdev,
              .mode = from.st_mode & 07777U,
              .uid = from.st_uid,
              .gid = from.st_gid,
              .size = static_cast<std::uint64_t>(from.st_size),
              .mtime_ns = nanoseconds(from.st_mtim),
              .ctime_ns = nanoseconds(from.st_ctim)};
}

// 0 at the end. A non-blocking standard input (a Go program's pipe may be one) is waited for.
ssize_t read_some(int descriptor, char* to, std::size_t room) {
  while (true) {
    const ssize_t got = ::read(descriptor, to, room);
    if (got >= 0) return got;
    if (errno == EAGAIN) {
      pollfd wait{.fd = descriptor, .events = POLLIN, .revents = 0};
      if (::poll(&wait, 1, -1) < 0 && errno != EINTR) return -1;
    } else if (errno != EINTR) {
      return -1;
    }
  }
}

// Until the end of the file and not until its size: files of /proc say 0, others may grow under
// our hands. One byte more than allowed is asked for, so that growth beyond the bound is seen.
Result<std::string> read_all(int descriptor, std::string_view name, std::size_t expected, std::size_t most) {
  std::string bytes;
  std::size_t filled = 0;
  bytes.resize(std::min(expected == 0 ? kChunk : expected, most) + 1);
  while (true) {
    const ssize_t got = read_some(descriptor, bytes.data() + filled, bytes.size() - filled);
    if (got < 0) return failure(kCannotRead, name, errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
    if (filled > most) {
      return failure(kCannotRead, name, "it has more than " + std::to_string(most) + " bytes");
    }
    if (filled == bytes.size()) bytes.resize(std::min(bytes.size() * 2, most + 1));
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace

Result<File> read(const std::string& path, std::size_t most, Links links) {
  // O_NONBLOCK: to open a fifo must not wait for a writer; a regular file does not notice.
  const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (links == Links::refuse ? O_NOFOLLOW : 0);
  const Descriptor file(::open(path.c_str(), flags));
  if (!file) return failure(kCannotRead, path, errno);
  struct ::stat status {};
  // Before the reading: whoever writes meanwhile changes mtime and ctime after this, so that
  // bytes are never older than the Stat that they are known by.
  if (::fstat(file.number(), &status) != 0) return failure(kCannotRead, path, errno);
  if (!S_ISREG(status.st_mode)) return failure(kCannotRead, path, "it is no regular file");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > most) return failure(kCannotRead, path, "it has more than " + std::to_string(most) + " bytes");
  std::string bytes = TRY(read_all(file.number(), path, size, most));
  return File{.bytes = std::move(bytes), .stat = stat_of(status)};
}

Result<std::string> drain(int descriptor, std::size_t most) {
  const std::string name = descriptor == 0 ? "standard input" : "descriptor " + std::to_string(descriptor);
  return read_all(descriptor, name, 0, most);
}

Result<Stat> stat(const std::string& path, Links links) {
  struct ::stat status {};
  const int flags = AT_NO_AUTOMOUNT | (links == Links::refuse ? AT_SYMLINK_NOFOLLOW : 0);
  if (::fstatat(AT_FDCWD, path.c_str(), &status, flags) != 0) {
    return failure("cannot look at", path, errno);
  }
  return stat_of(status);
}

Result<std::string> read_link(const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  if (length < 0) {
    if (errno == EINVAL) return failure(kCannotRead, path, "it is no symbolic link");
    return failure(kCannotRead, path, errno);
  }
  if (static_cast<std::size_t>(length) == target.size()) return failure(kCannotRead, path, ENAMETOOLONG);
  return std::string(target.data(), static_cast<std::size_t>(length));
}

Result<std::uint64_t> file_system(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct ::statfs status {};
  if (!file || ::fstatfs(file.number(), &status) != 0) return failure("cannot look at", path, errno);
  return static_cast<std::uint64_t>(status.f_type);
}

Result<std::vector<std::string>> list(const std::string& path, std::size_t most) {
  Descriptor opened(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!opened) return failure(kCannotRead, path, errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::fdopendir(opened.number()), ::closedir);
  if (!directory) return failure(kCannotRead, path, errno);
  static_cast<void>(opened.release());  // closedir closes it
  std::vector<std::string> names;
  while (names.size() < most) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) {
      if (errno != 0) return failure(kCannotRead, path, errno);
      break;
    }
    const std::string_view name(entry->d_name);
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

}  // namespace hardened::files
