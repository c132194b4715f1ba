// files::replace, by a temporary file and rename(2).
//
// The temporary file has one name, so that the next call finds what a dead one left. Two calls at
// once (ten first creates that all store the compiled policy) must not rename each other's half
// of a file: whoever writes holds flock(2) on the temporary file, the others wait for it and then
// look again. A lock ends with its process, so a dead writer's file is free to be removed.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/descriptor.h"
#include "core/base/failure.h"
#include "core/base/files_write.h"

namespace hardened::files {
namespace {

constexpr std::string_view kCannotWrite = "cannot write";
constexpr int kMostAttempts = 1000;  // each lost one is a write of somebody else that got through

struct Place {
  Descriptor directory;
  std::string name;
  std::string temporary;
};

Result<Place> place_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.empty() || name == "." || name == "..")
    return failure(kCannotWrite, path, "the path names no file");
  Descriptor directory(::open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return failure(kCannotWrite, path, errno);
  std::string temporary = ".hardened-" + name + ".tmp";
  return Place{.directory = std::move(directory), .name = std::move(name), .temporary = std::move(temporary)};
}

bool same_file(int descriptor, const Place& place) {
  struct ::stat held {};
  struct ::stat named {};
  return ::fstat(descriptor, &held) == 0 &&
         ::fstatat(place.directory.number(), place.temporary.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

bool lock(int descriptor) {
  while (::flock(descriptor, LOCK_EX) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

// Waits for a living writer; removes what a dead one left.
void clear(const Place& place) {
  const Descriptor old(::openat(place.directory.number(), place.temporary.c_str(),
                                O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  // Renamed by its writer meanwhile: what has the name next is another living one's.
  if (!old && errno == ENOENT) return;
  // What is no file of ours (a symbolic link, say) has no writer to wait for.
  if (old && (!lock(old.number()) || !same_file(old.number(), place))) return;
  ::unlinkat(place.directory.number(), place.temporary.c_str(), 0);
}

// An empty file under the temporary name that we alone hold.
Result<Descriptor> temporary_file(const Place& place, const std::string& path) {
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    Descriptor file(::openat(place.directory.number(), place.temporary.c_str(),
                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (file) {
      if (!lock(file.number())) return failure(kCannotWrite, path, errno);
      // Between the two calls above somebody may have taken it for a dead one's.
      if (same_file(file.number(), place)) return file;
    } else if (errno == EEXIST) {
      clear(place);
    } else {
      return failure(kCannotWrite, path, errno);
    }
  }
  return failure(kCannotWrite, path, "its temporary file " + place.temporary + " cannot be had, remove it");
}

// A power cut may leave a renamed file empty whose bytes were never flushed. What lies below /run
// does not outlive the machine anyhow (runtime bundles, grant records), and a create should not
// wait for a disk where /run is on one; everything else (the policy) should.
bool outlives_the_machine(std::string_view path) {
  return !path.starts_with("/run/") && !path.starts_with("/var/run/");
}

struct Ownership {
  uid_t uid;
  gid_t gid;
  mode_t mode;
};

Result<Ownership> ownership(const Place& place, const std::string& path, std::uint32_t mode) {
  struct ::stat old {};
  if (::fstatat(place.directory.number(), place.name.c_str(), &old, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno != ENOENT) return failure(kCannotWrite, path, errno);
    return Ownership{.uid = ::geteuid(), .gid = ::getegid(), .mode = mode};
  }
  if (!S_ISREG(old.st_mode)) return failure(kCannotWrite, path, "it is no regular file");
  return Ownership{.uid = old.st_uid, .gid = old.st_gid, .mode = old.st_mode & 07777U};
}

bool fill(int descriptor, std::string_view bytes, const Ownership& owner, bool flush) {
  // chown(2) first: it clears bits of the mode.
  return write_all(descriptor, bytes) && ::fchown(descriptor, owner.uid, owner.gid) == 0 &&
         ::fchmod(descriptor, owner.mode) == 0 && (!flush || ::fsync(descriptor) == 0);
}

}  // namespace

Done replace(const std::string& path, std::string_view bytes, std::uint32_t mode) {
  const Place place = TRY(place_of(path));
  const Ownership owner = TRY(ownership(place, path, mode));
  const Descriptor file = TRY(temporary_file(place, path));
  const int directory = place.directory.number();
  if (fill(file.number(), bytes, owner, outlives_the_machine(path)) &&
      ::renameat(directory, place.temporary.c_str(), directory, place.name.c_str()) == 0) {
    return done();
  }
  const int number = errno;
  ::unlinkat(directory, place.temporary.c_str(), 0);
  return failure(kCannotWrite, path, number);
}

}  // namespace hardened::files
