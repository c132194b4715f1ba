// What the operator's tool does to a host beyond what a runtime may (core/base/host.h): names in directories, signals.
// Each is one system call, so that whoever is killed between two knows what can stand there.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"

namespace hardened::ctl {

// A file that is read on as it grows: it stays the one that was opened, whatever its name leads to later.
class GrowingFile {
 public:
  GrowingFile() = default;
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;
  virtual ~GrowingFile() = default;

  // What stands behind what was read before, at most so many bytes of it; "" at its end.
  virtual Result<std::string> more(std::size_t most) = 0;
  virtual Done skip_to_end() = 0;

  struct Now {
    std::uint64_t device = 0;  // as in Stat
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::uint64_t read = 0;  // bytes before the place where more() goes on
  };
  virtual Result<Now> now() = 0;
};

class Machine {
 public:
  Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  virtual ~Machine() = default;

  // link(2): a second name; never over one that is there. Not through a symbolic link.
  virtual Done link(const std::string& file, const std::string& name) = 0;
  // symlink(2); never over a name that is there.
  virtual Done symlink(const std::string& target, const std::string& name) = 0;
  // rename(2): what stood at `to` is replaced whole.
  virtual Done rename(const std::string& from, const std::string& to) = 0;
  virtual Done change_mode(const std::string& path, std::uint32_t mode) = 0;
  // fsync(2) of a directory: the names in it outlive a power cut.
  virtual Done sync_directory(const std::string& path) = 0;
  virtual Done remove_directory(const std::string& path) = 0;  // rmdir(2)
  // pidfd_send_signal(2), if `look` is content with the process, which is held meanwhile: whoever it saw below
  // /proc/<process> is who is signalled, also where the number is another's by then. Fault::absent where there is none.
  virtual Done signal(std::uint32_t process, int number, const std::function<Done()>& look) = 0;
  // open(2) of a regular file, to be read. The path's last component is no symbolic link.
  virtual Result<std::unique_ptr<GrowingFile>> open(const std::string& path) {
    return Error{Fault::internal, "no file is opened here: " + path};
  }
  // getxattr(2) of its access list, links followed (access_list.h); "" where it has none.
  virtual Result<std::string> access_list(const std::string& path) {
    return Error{Fault::internal, "no access list is read here: " + path};
  }
  virtual void pause(std::chrono::milliseconds time) = 0;
};

[[nodiscard]] std::unique_ptr<Machine> linux_machine();

}  // namespace hardened::ctl
