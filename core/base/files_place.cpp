// Looking at paths of others, behind host_linux.cpp: Host::place_below, identify and name_space say what they promise.
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/base/descriptor.h"
#include "core/base/failure.h"
#include "core/base/files_read.h"
#include "core/base/text.h"

namespace hardened::files {
namespace {

// CLONE_NEWTIME, which sched.h has since Linux 5.6.
constexpr std::uint32_t kNewTime = 0x00000080;

constexpr std::string_view kCannotLook = "cannot look at";

Descriptor open_below(int root, const std::string& path) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return Descriptor(static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how)));
}

// A descriptor's path below /proc/self/fd is the file itself, wherever it stands.
std::string own_path(const Descriptor& descriptor) {
  return "/proc/self/fd/" + std::to_string(descriptor.number());
}

struct MountSaid {
  std::uint64_t number = 0;
  bool is_root = false;
};

Result<MountSaid> mount_of(const Descriptor& descriptor, const std::string& path) {
  struct ::statx said {};
  if (::statx(descriptor.number(), "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT, STATX_MNT_ID, &said) != 0) {
    return failure(kCannotLook, path, errno);
  }
  if ((said.stx_mask & STATX_MNT_ID) == 0) return MountSaid{};
  return MountSaid{said.stx_mnt_id, (said.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0};
}

Done add_mount(const Descriptor& descriptor, const std::string& path, Place& place) {
  const MountSaid said = TRY(mount_of(descriptor, path));
  place.mount = said.number;
  place.mounted = said.is_root;
  return done();
}

// Only of what may cover something: a directory that is mounted, or may be.
Done add_names(const std::string& path, Place& place) {
  if (place.stat.type != Stat::Type::directory || (place.mount != 0 && !place.mounted)) return done();
  const std::vector<std::string> names = TRY(list(path + "/.", 1));
  place.empty = names.empty();
  return done();
}

}  // namespace

Result<Place> place_below(const std::string& root, const std::string& path) {
  const Descriptor top(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!top) return failure(kCannotLook, root, errno);
  const Descriptor found = open_below(top.number(), path);
  Place place;
  if (!found) {
    if (errno != ENOSYS) return failure(kCannotLook, path, errno);
    place.stat = TRY(stat(root + path, Links::refuse));
    TRY(add_names(root + path, place));
    return place;
  }
  place.stat = TRY(stat(own_path(found), Links::follow));
  TRY(add_mount(found, path, place));
  TRY(add_names(own_path(found), place));
  return place;
}

// What the kernel itself links there is a namespace, and its name tells of which kind: /proc/<pid>/ns/net. One stat(2)
// says the rest.
std::optional<std::uint32_t> kind_by_name(std::string_view path) {
  struct Kind {
    std::string_view file;
    std::uint32_t flag;
  };
  constexpr std::array kKinds{Kind{"cgroup", CLONE_NEWCGROUP}, Kind{"ipc", CLONE_NEWIPC},
                              Kind{"mnt", CLONE_NEWNS},        Kind{"net", CLONE_NEWNET},
                              Kind{"pid", CLONE_NEWPID},       Kind{"pid_for_children", CLONE_NEWPID},
                              Kind{"time", kNewTime},          Kind{"time_for_children", kNewTime},
                              Kind{"user", CLONE_NEWUSER},     Kind{"uts", CLONE_NEWUTS}};
  constexpr std::string_view kProc = "/proc/";
  constexpr std::string_view kNs = "/ns/";
  if (!path.starts_with(kProc)) return std::nullopt;
  path.remove_prefix(kProc.size());
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view process = path.substr(0, end);
  unsigned long long number = 0;
  if (process != "self" && !parse_decimal(process, number)) return std::nullopt;
  path.remove_prefix(end);
  if (!path.starts_with(kNs)) return std::nullopt;
  path.remove_prefix(kNs.size());
  const auto* const found =
      std::find_if(kKinds.begin(), kKinds.end(), [path](const Kind& kind) { return kind.file == path; });
  return found == kKinds.end() ? std::nullopt : std::optional(found->flag);
}

// Opening has effects on a device, and waits at a fifo: only what lies on the kernel's own file system of namespaces is.
Result<std::optional<NameSpace>> name_space(const std::string& path) {
  if (const auto known = kind_by_name(path)) {
    struct ::stat said {};
    if (::stat(path.c_str(), &said) != 0) return failure(kCannotLook, path, errno);
    return std::optional(NameSpace{said.st_ino, *known});
  }
  const Descriptor found(::open(path.c_str(), O_PATH | O_CLOEXEC));
  struct ::statfs system {};
  if (!found || ::fstatfs(found.number(), &system) != 0) return failure(kCannotLook, path, errno);
  if (static_cast<std::uint64_t>(system.f_type) != NSFS_MAGIC) return std::optional<NameSpace>();
  const Descriptor file(::open(own_path(found).c_str(), O_RDONLY | O_CLOEXEC));
  struct ::stat said {};
  if (!file || ::fstat(file.number(), &said) != 0) return failure(kCannotLook, path, errno);
  const int kind = ::ioctl(file.number(), NS_GET_NSTYPE);
  if (kind < 0) return failure(kCannotLook, path, errno);
  return std::optional(NameSpace{said.st_ino, static_cast<std::uint32_t>(kind)});
}

Result<Identity> identify(const std::string& path) {
  const Descriptor found(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!found) return failure(kCannotLook, path, errno);
  Identity identity;
  identity.stat = TRY(stat(own_path(found), Links::follow));
  const MountSaid said = TRY(mount_of(found, path));
  identity.mount = said.number;
  identity.path = TRY(read_link(own_path(found)));
  return identity;
}

}  // namespace hardened::files
