#include "tests/support/running.h"

#include <linux/magic.h>
#include <linux/sched.h>
#include <sys/sysmacros.h>

#include <array>
#include <cinttypes>
#include <cstdio>
#include <utility>

namespace hardened::test {
namespace {

std::string mask(const char* name, std::uint64_t bits) {
  std::array<char, 64> line{};
  std::snprintf(line.data(), line.size(), "%s:\t%016" PRIx64 "\n", name, bits);
  return line.data();
}

std::string limits_with(const std::string& of_files) {
  std::string text = "Limit                     Soft Limit           Hard Limit           Units     \n";
  constexpr std::array<const char*, 16> kNames{
      "Max cpu time      ", "Max file size     ", "Max data size     ",    "Max stack size    ",
      "Max core file size", "Max resident set  ", "Max processes     ",    "Max open files    ",
      "Max locked memory ", "Max address space ", "Max file locks    ",    "Max pending signals",
      "Max msgqueue size ", "Max nice priority ", "Max realtime priority", "Max realtime timeout"};
  constexpr std::size_t kWidth = 26;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    std::string name = kNames.at(i);
    name.resize(kWidth, ' ');
    text += name + (i == 7 ? of_files : "1048576              1048576              ") + "\n";
  }
  return text;
}

// In the order of their numbers on Linux (include/linux/proc_ns.h has them descend).
constexpr std::array<std::pair<const char*, std::uint32_t>, 9> kKinds{{{"time", CLONE_NEWTIME},
                                                                       {"cgroup", CLONE_NEWCGROUP},
                                                                       {"pid", CLONE_NEWPID},
                                                                       {"user", CLONE_NEWUSER},
                                                                       {"uts", CLONE_NEWUTS},
                                                                       {"ipc", CLONE_NEWIPC},
                                                                       {"mnt", CLONE_NEWNS},
                                                                       {"net", CLONE_NEWNET},
                                                                       {"time_for_children", CLONE_NEWTIME}}};

}  // namespace

void put_hosts_name_spaces(FakeHost& host) {
  std::uint64_t inode = 4026531834;
  for (const auto& [file, kind] : kKinds)
    host.machine.name_spaces[std::string("/proc/self/ns/") + file] = NameSpace{inode++, kind};
}

void Running::put(FakeHost& host) const {
  const std::string own = "/proc/" + std::to_string(process);
  host.process(process, lives);
  host.file(own + "/stat", std::to_string(process) + " (a ) name) S 1 2 3 4 5 " +
                               std::to_string(0x400100U | (executed ? 0U : 0x40U) | (exiting ? 0x4U : 0U)) +
                               " 7 8 9 10 11 12 13 14 15 " + std::to_string(nice) + " 17 18 " +
                               std::to_string(start_time) +
                               " 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 0 " +
                               std::to_string(policy) + " 0 0 0\n");
  host.file(own + "/oom_score_adj", oom_score_adj);
  put_hosts_name_spaces(host);
  for (const auto& [file, kind] : kKinds) {
    const auto found = name_spaces.find(file);
    if (found == name_spaces.end()) continue;
    host.machine.name_spaces[own + "/ns/" + file] = NameSpace{found->second, kind};
  }
  host.file(own + "/status", "Name:\tCapBnd:\nUmask:\t0022\n" + users + mask("CapInh", status.inheritable) +
                                 mask("CapPrm", status.permitted) + mask("CapEff", status.effective) +
                                 mask("CapBnd", status.bounding) + mask("CapAmb", status.ambient) +
                                 "NoNewPrivs:\t" + std::to_string(status.no_new_privileges) + "\nSeccomp:\t" +
                                 std::to_string(status.seccomp) + "\n" + status.filters);
  host.file("/proc/self/status", "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t0 \n" + mask("CapInh", 0) +
                                     mask("CapPrm", 0) + mask("CapEff", 0) + mask("CapBnd", 0) +
                                     mask("CapAmb", 0) +
                                     "NoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_filters:\t0\n");
  host.file(own + "/limits", limits_with(limit_of_files));
  host.file(own + "/mountinfo", mounts);
  if (!host.bytes("/proc/self/mountinfo")) {
    host.file("/proc/self/mountinfo", "21 1 259:2 / / rw - ext4 /dev/root rw\n");
  }
  host.file(own + "/cgroup", "8:pids:/c\n5:devices:/c\n4:memory:/c\n3:cpu,cpuacct:/c\n0::/\n");
  host.directory(own + "/cwd");
  host.directory(own + "/root/proc/acpi").directory(own + "/root/proc/sys");
  host.node(own + "/root/proc/keys", Stat::Type::character, makedev(1, 3));
  for (const std::string controller : {"pids", "devices", "memory", "cpu"}) {
    const std::string hierarchy = "/sys/fs/cgroup/" + controller;
    host.file(hierarchy + "/c/cgroup.procs", "");
    host.machine.file_systems[hierarchy] = CGROUP_SUPER_MAGIC;
  }
  host.file("/sys/fs/cgroup/pids/c/pids.max", pids_max);
  host.file("/sys/fs/cgroup/devices/c/devices.list", devices);
  host.file("/sys/fs/cgroup/memory/c/memory.limit_in_bytes", memory_limit);
  host.file("/sys/fs/cgroup/memory/c/memory.memsw.limit_in_bytes", memsw_limit);
  host.file("/sys/fs/cgroup/memory/c/memory.oom_control", oom_control);
  host.file("/sys/fs/cgroup/cpu/c/cpu.shares", cpu_shares);
  host.file("/sys/fs/cgroup/cpu/c/cpu.cfs_quota_us", cpu_quota);
  host.file("/sys/fs/cgroup/cpu/c/cpu.cfs_period_us", cpu_period);
}

}  // namespace hardened::test
