// A container's first process in a FakeHost, as Linux 6.1 with cgroup v1 shows one that Docker's own defaults were
// granted. What a test is about it changes first.
//
//   Running running;
//   running.status.bounding |= 1U << 21U;      // CAP_SYS_ADMIN
//   running.put(host);
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/support/fake_host.h"

namespace hardened::test {

struct Running {
  std::uint32_t process = 4711;
  std::uint64_t start_time = 2684327;
  bool executed = false;  // its own program, and is no longer the runtime's
  bool lives = true;
  bool exiting = false;  // on its way out: PF_EXITING, and it lives for a moment more

  struct {
    std::uint64_t inheritable = 0;
    std::uint64_t permitted = 0xa80425fb;
    std::uint64_t effective = 0xa80425fb;
    std::uint64_t bounding = 0xa80425fb;
    std::uint64_t ambient = 0;
    int no_new_privileges = 0;
    int seccomp = 2;
    std::string filters = "Seccomp_filters:\t1\n";  // "" before Linux 5.9
  } status;
  std::string users = "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t \n";
  // By the file below /proc/<process>/ns; those of the host begin at 4026531834.
  std::map<std::string, std::uint64_t> name_spaces{{"mnt", 4026532201},
                                                   {"pid", 4026532202},
                                                   {"net", 4026532203},
                                                   {"ipc", 4026532204},
                                                   {"uts", 4026532205}};
  std::string limit_of_files = "1024                 524288               ";
  std::string mounts =
      "112 109 0:57 / / rw,relatime master:38 - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w\n"
      "113 112 0:58 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw\n"
      "114 112 0:59 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755\n"
      "116 112 0:61 / /sys ro,nosuid,nodev,noexec,relatime - sysfs sysfs ro\n"
      "117 116 0:62 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,mode=755\n"
      "125 117 0:36 /c /sys/fs/cgroup/pids ro,nosuid,nodev,noexec,relatime - cgroup cgroup rw,pids\n"
      "85 113 0:58 /sys /proc/sys ro,nosuid,nodev,noexec,relatime - proc proc rw\n"
      "86 113 0:64 / /proc/acpi ro,relatime - tmpfs tmpfs ro\n"
      "87 113 0:59 /null /proc/keys rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755\n";
  std::string pids_max = "100\n";
  std::string memory_limit = "9223372036854771712\n";  // none
  std::string memsw_limit = "9223372036854771712\n";
  std::string oom_control = "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n";
  std::string cpu_shares = "1024\n";
  std::string cpu_quota = "-1\n";
  std::string cpu_period = "100000\n";
  std::string oom_score_adj = "0\n";
  int nice = 0;
  int policy = 0;  // SCHED_OTHER
  std::string devices = "c *:* m\nb *:* m\nc 1:3 rwm\nc 5:1 rwm\nc 136:* rwm\n";

  // Below /proc and /sys/fs/cgroup of the host.
  void put(FakeHost& host) const;
};

// What /proc/self/ns shows of the host, in a FakeHost.
void put_hosts_name_spaces(FakeHost& host);

// A document that grants just that.
inline constexpr const char* kGranted =
    R"({"process":{"capabilities":{"bounding":["CAP_CHOWN","CAP_DAC_OVERRIDE","CAP_FSETID","CAP_FOWNER","CAP_MKNOD",)"
    R"("CAP_NET_RAW","CAP_SETGID","CAP_SETUID","CAP_SETFCAP","CAP_SETPCAP","CAP_NET_BIND_SERVICE","CAP_SYS_CHROOT",)"
    R"("CAP_KILL","CAP_AUDIT_WRITE"],"effective":["CAP_CHOWN","CAP_DAC_OVERRIDE","CAP_FSETID","CAP_FOWNER",)"
    R"("CAP_MKNOD","CAP_NET_RAW","CAP_SETGID","CAP_SETUID","CAP_SETFCAP","CAP_SETPCAP","CAP_NET_BIND_SERVICE",)"
    R"("CAP_SYS_CHROOT","CAP_KILL","CAP_AUDIT_WRITE"],"permitted":["CAP_CHOWN","CAP_DAC_OVERRIDE","CAP_FSETID",)"
    R"("CAP_FOWNER","CAP_MKNOD","CAP_NET_RAW","CAP_SETGID","CAP_SETUID","CAP_SETFCAP","CAP_SETPCAP",)"
    R"("CAP_NET_BIND_SERVICE","CAP_SYS_CHROOT","CAP_KILL","CAP_AUDIT_WRITE"]},)"
    R"("rlimits":[{"type":"RLIMIT_NOFILE","soft":1024,"hard":524288}]},"mounts":[)"
    R"({"destination":"/proc","type":"proc","options":["nosuid","noexec","nodev"]},)"
    R"({"destination":"/dev","type":"tmpfs","options":["nosuid","mode=755"]},)"
    R"({"destination":"/sys","type":"sysfs","options":["nosuid","noexec","nodev","ro"]},)"
    R"({"destination":"/sys/fs/cgroup","type":"cgroup","options":["ro","nosuid","noexec","nodev"]}],)"
    R"("linux":{"namespaces":[{"type":"mount"},{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"}],"maskedPaths":["/proc/acpi","/proc/keys","/proc/scsi"],)"
    R"("readonlyPaths":["/proc/sys","/proc/irq"],"seccomp":{"defaultAction":"SCMP_ACT_ERRNO",)"
    R"("syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]},"resources":{"pids":{"limit":100},)"
    R"("devices":[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":3,"access":"rwm"}]}}})";

}  // namespace hardened::test
