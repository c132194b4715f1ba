// Everything that hardened does outside of itself, as one seam.
//
// Decisions are pure functions of values; what they need is read through a Host first and what
// they decided is written through it last. `LinuxHost` (host_linux.h) is the machine; tests
// hand in tests/support/fake_host.h, whose files are strings and whose n-th effect can fail.
//
// Every path is used as given: nothing here looks at the environment. All descriptors are opened
// with O_CLOEXEC and O_NOFOLLOW (the last component is never a symbolic link, unless the caller
// says Links::follow), all reads are bounded, and a read wants a regular file. A name that is not
// there is Fault::absent, so that nobody takes a file that cannot be read for one that is not there.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace hardened {

// The largest document we read: config.json of a large host has some 200 KB.
inline constexpr std::size_t kMostBytes = std::size_t{16} * 1024 * 1024;

enum class Links : std::uint8_t { refuse, follow };

struct Stat {
  enum class Type : std::uint8_t { file, directory, symlink, socket, fifo, character, block, other };
  Type type = Type::other;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t rdev = 0;  // of a device node: what makedev(3) makes
  std::uint32_t mode = 0;  // permission bits only, 07777
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;
  friend bool operator==(const Stat&, const Stat&) = default;
};

// What stands at a path that is another's.
struct Place {
  Stat stat;
  // The number of the mount that it lies on, as mountinfo has it, and whether it is the root of that. 0 before Linux 5.8.
  std::uint64_t mount = 0;
  bool mounted = false;
  bool empty = false;  // a directory without a name in it, where it is, or may be, mounted
};

// A namespace of the kernel's (namespaces(7)): its number, which no other one has, of whatever kind, and its kind by the
// flag of clone(2), CLONE_NEWNET for a network.
struct NameSpace {
  std::uint64_t inode = 0;
  std::uint32_t kind = 0;
  friend bool operator==(const NameSpace&, const NameSpace&) = default;
};

// What a path leads to, links followed at its end too, all of it of one descriptor that opened nothing (O_PATH).
struct Identity {
  Stat stat;
  std::uint64_t mount = 0;  // the number of the mount that it lies on, as in Place
  std::string path;         // where it is, without links, as /proc/self/fd tells it
};

// The name of a UNIX socket on which somebody listens, in our network namespace, and the file that it was bound to. The
// kernel tells 32 bits of the inode's number.
struct Listener {
  std::string name;          // as it was bound: it may be relative, or gone by now
  std::uint64_t device = 0;  // as in Stat
  std::uint32_t inode = 0;
  std::optional<std::uint32_t>
      uid{};  // of who made the socket, as our user namespace has it; nothing before Linux 4.20
  friend bool operator==(const Listener&, const Listener&) = default;
};

// What stood in a file, and whose it was, both of the same open descriptor.
struct File {
  std::string bytes;
  Stat stat;
};

struct Limit {  // getrlimit(2); the kernel's infinity is 18446744073709551615
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
  friend bool operator==(const Limit&, const Limit&) = default;
};

struct Kernel {
  std::string release;  // "6.1.0-30-amd64"
  std::string machine;  // "x86_64"
};

struct Caller {
  std::uint32_t uid = 0;
  bool initial_user_namespace = false;
};

// What may be done with a device node.
struct DeviceAccess {
  bool read = false;
  bool write = false;
  friend bool operator==(const DeviceAccess&, const DeviceAccess&) = default;
};

// A program of the host that we run and wait for. Of our environment it gets nothing, of our descriptors none, and a
// process group of its own, which is killed when the time is over.
struct Program {
  std::string path;                    // absolute
  std::vector<std::string> arguments;  // argv[0] included
  std::string_view input;              // all of its standard input
  std::size_t most = 0;                // of each of its two outputs; more is an error
  int seconds = 0;
  std::vector<std::string> environment = {};  // all of it: "PATH=/usr/sbin:/usr/bin"
};
struct Ran {
  int status = -1;  // what it exited with; 128 and the signal that ended it
  std::string output;
  std::string errors;
};

// Something that is given back when the last copy goes.
using Held = std::shared_ptr<const void>;

// A process that we have hold of (pidfd_open(2)). As long as it lives, its number is its own: what was read
// below /proc/<number> between hold() and a lives() that is true was read of no other.
class HeldProcess {
 public:
  HeldProcess() = default;
  HeldProcess(const HeldProcess&) = delete;
  HeldProcess& operator=(const HeldProcess&) = delete;
  virtual ~HeldProcess() = default;

  // Has it ended, at once or within the time? Whether or not its parent knows.
  [[nodiscard]] virtual bool ends_within(std::chrono::milliseconds time) = 0;
  [[nodiscard]] bool lives() { return !ends_within(std::chrono::milliseconds(0)); }
  virtual Done kill() = 0;  // SIGKILL; where it has ended already, that is as good
};

class Host {
 public:
  Host() = default;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  virtual ~Host() = default;

  // A regular file, whole. Over `most` bytes, a fifo, a device or a symbolic link: an io error.
  virtual Result<File> read(const std::string& path, std::size_t most, Links links) = 0;
  // All that an open descriptor still has to say (standard input of `update --resources -`).
  virtual Result<std::string> drain(int descriptor, std::size_t most) = 0;
  virtual Result<Stat> stat(const std::string& path, Links links) = 0;
  // As whoever has that directory for his root sees the path (openat2(2), RESOLVE_IN_ROOT): links lead to places below it,
  // the last component's too, and those of /proc that lead elsewhere are errors. Nothing is opened but mounted directories.
  // Before Linux 5.6, which cannot tell: what stat() says of the path, links refused.
  virtual Result<Place> place_below(const std::string& root, const std::string& path) = 0;
  virtual Result<std::string> read_link(const std::string& path) = 0;
  virtual Result<Identity> identify(const std::string& path) = 0;
  // Those of root that are bound to a file; where the kernel does not tell whose one is, it is among them. Asked of the
  // kernel by sock_diag(7), or, where it cannot tell, read from /proc/net/unix; an error where neither is to be had.
  virtual Result<std::vector<Listener>> listeners() = 0;
  // What kind of file system a path lies on: f_type of statfs(2), a number of linux/magic.h.
  virtual Result<std::uint64_t> file_system(const std::string& path) = 0;
  // The namespace that a path leads to, links followed: /proc/4711/ns/net, or a file that one is mounted on. Nothing where
  // what stands there is no namespace, which is told before it is opened.
  virtual Result<std::optional<NameSpace>> name_space(const std::string& path) = 0;
  // Names (not paths) in a directory, in no order, at most `most` of them.
  virtual Result<std::vector<std::string>> list(const std::string& path, std::size_t most) = 0;

  // The file has the new bytes whole or the old ones whole, whenever we die: a temporary file
  // beside it, then rename(2). Owner and mode of an existing file are kept; a new one gets
  // `mode`. The temporary file is called `.hardened-<name>.tmp`; one that a dead predecessor
  // left is removed first, one of a living process is waited for.
  virtual Done replace(const std::string& path, std::string_view bytes, std::uint32_t mode) = 0;
  // One write(2) with O_APPEND; creates the file with `mode` less the umask. A line that does not
  // fit on the disk is taken back whole.
  virtual Done append(const std::string& path, std::string_view bytes, std::uint32_t mode) = 0;
  // mkdir -p; new directories get `mode` less the umask, existing ones stay as they are.
  virtual Done make_directories(const std::string& path, std::uint32_t mode) = 0;
  virtual Done remove(const std::string& path) = 0;
  // One write(2) to a file that is there (of a kernel's file system): it takes all of the bytes or none.
  virtual Done write_whole(const std::string& path, std::string_view bytes) = 0;
  // flock(2), exclusive, on a file that is made (0600) where it is missing; waits for others that long.
  virtual Result<Held> lock(const std::string& path, int seconds) = 0;
  // mount(2) of a new tmpfs, 0700, without devices, programs and set-user-id, in our mount namespace.
  virtual Done mount_tmpfs(const std::string& path, std::size_t most) = 0;
  virtual Result<Ran> run(const Program& program) = 0;
  // A copy of ourselves does that and ends, and nobody waits for it: it has a session of its own, is no child of ours,
  // holds none of our descriptors (its three streams are /dev/null) and stands in /. An error where there is none.
  virtual Done detach(const std::function<void()>& work) = 0;

  // An anonymous sealed file for the next program: not close-on-exec, its number is the first
  // free one from `lowest` on.
  virtual Result<int> memory_file(const std::string& name, std::string_view bytes, int lowest) = 0;

  // Fault::absent where no process has that number. Needs Linux 5.3.
  virtual Result<std::unique_ptr<HeldProcess>> hold(std::uint32_t process) = 0;
  // How many programs of type BPF_CGROUP_DEVICE are attached to a directory of cgroup v2 itself: where there is
  // none, nothing bounds which devices the processes in it open. Needs CAP_NET_ADMIN (bpf(2), BPF_PROG_QUERY).
  virtual Result<std::uint32_t> device_programs(const std::string& cgroup) = 0;
  // What a process in that directory of cgroup v2 may do with each of these nodes of ours; nothing, where there is none.
  // A child that is born there (clone3(2), CLONE_INTO_CGROUP, Linux 5.7) asks by faccessat(2), which the programs
  // decide like an open (the kernel's inode_permission), and which opens nothing. An error where it cannot be born
  // (pids.max is reached) or gives no answer in 20 ms (a frozen cgroup, a used up cpu.max); then it is killed.
  virtual Result<std::vector<DeviceAccess>> device_access(const std::string& cgroup,
                                                          const std::vector<std::string>& nodes) = 0;

  virtual std::int64_t now_ns() = 0;  // since 1970, UTC
  virtual Caller caller() = 0;
  virtual Kernel kernel() = 0;
  // In the order of RLIMIT_*, 16 of them.
  virtual std::array<Limit, 16> limits() = 0;
  virtual std::string own_executable() = 0;             // what /proc/self/exe points to
  virtual void print_error(std::string_view text) = 0;  // to standard error; failures do not matter

  // execve(2): does not return on the machine unless it fails. `path` is absolute.
  virtual Error execute(const std::string& path, const std::vector<std::string>& arguments,
                        const std::vector<std::string>& environment) = 0;
};

// A file that only root can have written: it, and each directory on the way to it, belongs to
// root and is not writable by group or others (a sticky directory is no exception), and no component
// is a symbolic link. The error (Fault::policy) names the component and the command that mends it;
// where nothing has that name it is Fault::absent.
[[nodiscard]] Result<File> read_trusted(Host& host, const std::string& path, std::size_t most);
// The same checks without reading; for directories and for the runtime's binary.
[[nodiscard]] Result<Stat> stat_trusted(Host& host, const std::string& path);

// Where a path leads to in the end, and what stands there.
struct Located {
  std::string path;
  Stat stat;
};
// The same checks, but root's own symbolic links are followed, in any component, up to 40 of them
// (/usr/sbin is one on some distributions). The path that comes back holds none.
[[nodiscard]] Result<Located> locate_trusted(Host& host, const std::string& path);

}  // namespace hardened
