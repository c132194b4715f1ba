// A host with the usual places, a Docker that has run, and a user's directories.
#pragma once

#include <sys/sysmacros.h>

#include <string>

#include "controls/mounts.h"
#include "tests/support/fake_host.h"

namespace hardened::controls {

inline const std::string kContainer(64, 'a');
inline const std::string kOther(64, 'b');

inline constexpr const char* kRule =
    "protected: [host-default]\nallow: []\ndata_roots: [/var/lib/docker]\nfilesystems: [data-default]\n"
    "types: [tmpfs]\npropagation: slave\nrequired: []\n";

class MountsWorld : public test::FakeHost {
 public:
  MountsWorld() {
    for (const char* path :
         {"/dev/shm", "/etc", "/home/u/src", "/proc", "/root", "/run", "/srv/data", "/sys/fs/cgroup",
          "/usr/bin", "/boot", "/tmp", "/var/lib/docker/volumes/v/_data", "/var/spool/cron"}) {
      directory(path);
    }
    symlink("/bin", "usr/bin");
    symlink("/var/run", "/run");
    file("/etc/shadow", "", {.mode = 0640});
    file("/usr/share/zoneinfo/UTC", "");
    symlink("/etc/localtime", "/usr/share/zoneinfo/UTC");
    file("/usr/bin/docker-init", "", {.mode = 0755});
    file("/usr/sbin/hardened-runtime", "", {.mode = 0755});
    file("/etc/hardened/policy.yaml", "");
    directory("/var/log");
    for (const std::string& id : {kContainer, kOther}) {
      const std::string own = "/var/lib/docker/containers/" + id;
      for (const char* name : {"/hosts", "/hostname", "/resolv.conf", "/config.v2.json"})
        file(own + name, "");
      directory(own + "/mounts/shm");
      file(own + "/mounts/secrets/s", "");
    }
    listens("/run/docker.sock");
    mounts();
  }

  // As mountinfo has it: number, parent, device, root, point.
  void mount(const std::string& line, const std::string& kind) {
    table_ += line + " rw,relatime - " + kind + " none rw\n";
    file("/proc/self/mountinfo", table_);
  }

  void listens(const std::string& path, std::uint32_t uid = 0) {
    node(path, Stat::Type::socket, 0, {.mode = 0660, .uid = uid});
    machine.listeners.push_back({path, makedev(0, 24), static_cast<std::uint32_t>(status(path)->inode)});
  }

 private:
  void mounts() {
    mount("1 0 8:1 / /", "ext4");
    mount("2 1 0:21 / /proc", "proc");
    mount("3 1 0:22 / /sys", "sysfs");
    mount("4 1 0:6 / /dev", "devtmpfs");
    mount("5 4 0:23 / /dev/shm", "tmpfs");
    mount("6 1 0:24 / /run", "tmpfs");
    mount("7 1 8:2 / /boot", "vfat");
    mount("8 3 0:28 / /sys/fs/cgroup", "cgroup2");
  }
  std::string table_;
};

}  // namespace hardened::controls
