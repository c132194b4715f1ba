// What the escapes are whose ids config/reopens.h tells, in a few words each; the tries themselves are tests/vm/escapes.
#pragma once

#include <array>
#include <string_view>

namespace hardened::ctl {

struct Escape {
  std::string_view id;
  std::string_view what;
};
inline constexpr std::array kEscapes{
    Escape{"E01", "release_agent of a cgroup v1 hierarchy"},
    Escape{"E02", "mounts in a user namespace of its own"},
    Escape{"E03", "core_pattern"},
    Escape{"E04", "core_pattern by a volume that is a procfs"},
    Escape{"E05", "volumes that are file systems of the kernel"},
    Escape{"E07", "a volume that is the host's root"},
    Escape{"E08", "mknod of the host's disk, and reading it"},
    Escape{"E09", "mounting a disk of the host"},
    Escape{"E10", "/dev/mem"},
    Escape{"E11", "/dev/kmsg, syslog(2)"},
    Escape{"E12", "nodes of the host's devices"},
    Escape{"E13", "sysrq-trigger"},
    Escape{"E14", "kcore, timer_list"},
    Escape{"E15", "/proc/sys/kernel/threads-max and others"},
    Escape{"E16", "/proc/bus/pci"},
    Escape{"E17", "uevents of the host's devices"},
    Escape{"E18", "sysfs: memory, module parameters, power"},
    Escape{"E19", "mounting efivarfs"},
    Escape{"E20", "binfmt_misc"},
    Escape{"E21", "mounting debugfs, tracefs, securityfs"},
    Escape{"E22", "devices.allow of cgroup v1"},
    Escape{"E23", "a writable cgroup file system"},
    Escape{"E24", "init_module, finit_module"},
    Escape{"E25", "kexec_load, reboot, swapon, acct, iopl, quotactl, pivot_root"},
    Escape{"E26", "bpf"},
    Escape{"E27", "perf_event_open"},
    Escape{"E28", "userfaultfd"},
    Escape{"E29", "keyctl, add_key, request_key"},
    Escape{"E30", "io_uring_setup"},
    Escape{"E31", "open_by_handle_at"},
    Escape{"E32", "fanotify_init, fsopen, open_tree, move_mount"},
    Escape{"E33", "ptrace on the host's processes"},
    Escape{"E34", "nsenter into the host's namespaces"},
    Escape{"E35", "packet sockets, AF_ALG, AF_VSOCK, AF_KEY"},
    Escape{"E36", "socketcall through int 0x80"},
    Escape{"E37", "a network stack in a user namespace of its own"},
    Escape{"E38", "TIOCSTI, TIOCLINUX"},
    Escape{"E39", "modify_ldt, personality"},
    Escape{"E40", "the host's clock"},
    Escape{"E41", "more tasks than 4096"},
    Escape{"E42", "no limit of memory and processors"},
    Escape{"E43", "oom_score_adj -1000"},
    Escape{"E44", "nice below 0, real time for the disk"},
    Escape{"E45", "locked memory without limit"},
    Escape{"E50", "-v /:/host"},
    Escape{"E51", "-v of /etc, /root, /usr, /dev, /proc, /sys and the like"},
    Escape{"E52", "a bind source that is a link to /"},
    Escape{"E53", "docker.sock and containerd.sock, by any name"},
    Escape{"E54", "another container's files by --pid=host"},
    Escape{"E55", "another container's files by a read-only procfs"},
    Escape{"E56", "another container's files by --pid=container:"},
    Escape{"E57", "--net=host"},
    Escape{"E58", "--ipc=host"},
    Escape{"E59", "the host's name by --uts=host"},
    Escape{"E60", "--cgroup-parent=-.slice"},
    Escape{"E61", "mounts that reach the host by rshared"},
    Escape{"E62", "set-user-id programs in bind mounts"},
    Escape{"E63", "writable hosts, hostname, resolv.conf"},
    Escape{"E66", "the host's user namespace"},
    Escape{"E70", "overwriting the runtime's program"},
    Escape{"E74", "an image whose /dev is a link"},
    Escape{"E77", "exec without AppArmor"},
    Escape{"E78", "update --pids-limit -1"},
    Escape{"E79", "restore of a foreign checkpoint"},
    Escape{"E80", "annotations that reach systemd"},
    Escape{"E91", "hooks and unknown fields"},
    Escape{"E92", "set-user-id programs in images"},
};

// "" for one that is not in the list.
[[nodiscard]] constexpr std::string_view escape_named(std::string_view id) {
  for (const Escape& one : kEscapes) {
    if (one.id == id) return one.what;
  }
  return "";
}

}  // namespace hardened::ctl
