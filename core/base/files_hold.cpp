#include "core/base/files_hold.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "core/base/descriptor.h"
#include "core/base/failure.h"

namespace hardened::files {
namespace {

constexpr std::string_view kCannotWrite = "cannot write";
constexpr std::string_view kCannotLock = "cannot lock";
constexpr long kBetweenTries = 5'000'000;  // ns
constexpr int kTriesASecond = 200;
constexpr int kLockMode = 0600;

}  // namespace

Done write_whole(const std::string& path, std::string_view bytes) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY));
  if (!file) return failure(kCannotWrite, path, errno);
  ssize_t written = -1;
  do {
    written = ::write(file.number(), bytes.data(), bytes.size());
  } while (written < 0 && errno == EINTR);
  if (written < 0) return failure(kCannotWrite, path, errno);
  if (static_cast<std::size_t>(written) != bytes.size()) {
    return failure(kCannotWrite, path, "the kernel took only a part of it");
  }
  return done();
}

// Tried again and again, since a blocking flock(2) has no time limit. The kernel gives it back however we end.
Result<Held> lock(const std::string& path, int seconds) {
  Descriptor file(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, kLockMode));
  if (!file) return failure(kCannotLock, path, errno);
  for (int tries = 0; ::flock(file.number(), LOCK_EX | LOCK_NB) != 0; ++tries) {
    if (errno != EWOULDBLOCK && errno != EINTR) return failure(kCannotLock, path, errno);
    if (tries >= seconds * kTriesASecond) {
      return failure(kCannotLock, path,
                     "another call holds it for more than " + std::to_string(seconds) + " s");
    }
    const timespec pause{0, kBetweenTries};
    ::nanosleep(&pause, nullptr);
  }
  return Held(std::make_shared<const Descriptor>(std::move(file)));
}

Done mount_tmpfs(const std::string& path, std::size_t most) {
  const std::string options = "mode=0700,size=" + std::to_string(most);
  constexpr unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  if (::mount("hardened", path.c_str(), "tmpfs", flags, options.c_str()) != 0) {
    return failure("cannot mount a tmpfs at", path, errno);
  }
  return done();
}

}  // namespace hardened::files
