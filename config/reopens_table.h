// What each raised ceiling keeps shut no longer, as data (reopens.h).
//
// The most exact rows for a word count: (control, key, word), else (control, key), else (control).
#pragma once

#include <array>

#include "config/reopens.h"

namespace hardened::config {

inline constexpr std::array kReopens{
    // Capabilities by name (capabilities(7)).
    Reopens{"capabilities", "ceiling", "SYS_ADMIN",
            "E01 E02 E09 E19 E20 E21 E22 E26 E27 E32 E34 E37 E59 E61"},
    Reopens{"capabilities", "ceiling", "SYS_MODULE", "E24"},
    Reopens{"capabilities", "ceiling", "SYS_PTRACE", "E33 E54"},
    Reopens{"capabilities", "ceiling", "SYS_RAWIO", "E08 E10 E25"},
    Reopens{"capabilities", "ceiling", "SYS_BOOT", "E25"},
    Reopens{"capabilities", "ceiling", "SYS_PACCT", "E25"},
    Reopens{"capabilities", "ceiling", "SYS_TTY_CONFIG", "E38"},
    Reopens{"capabilities", "ceiling", "SYS_TIME", "E40"},
    Reopens{"capabilities", "ceiling", "WAKE_ALARM", "E40"},
    Reopens{"capabilities", "ceiling", "BLOCK_SUSPEND", "E18"},
    Reopens{"capabilities", "ceiling", "SYS_NICE", "E44"},
    Reopens{"capabilities", "ceiling", "SYS_RESOURCE", "E42 E43 E45"},
    Reopens{"capabilities", "ceiling", "IPC_LOCK", "E45"},
    Reopens{"capabilities", "ceiling", "IPC_OWNER", "E58"},
    Reopens{"capabilities", "ceiling", "SYSLOG", "E11"},
    Reopens{"capabilities", "ceiling", "BPF", "E26"},
    Reopens{"capabilities", "ceiling", "PERFMON", "E27"},
    Reopens{"capabilities", "ceiling", "CHECKPOINT_RESTORE", "E33 E79"},
    Reopens{"capabilities", "ceiling", "DAC_READ_SEARCH", "E31"},
    Reopens{"capabilities", "ceiling", "LINUX_IMMUTABLE", "E63"},
    Reopens{"capabilities", "ceiling", "LEASE", "E42"},
    Reopens{"capabilities", "ceiling", "NET_ADMIN", "E35 E37 E57"},
    Reopens{"capabilities", "ceiling", "NET_BROADCAST", "E57"},
    Reopens{"capabilities", "ceiling", "NET_RAW", "E35"},
    Reopens{"capabilities", "ceiling", "MKNOD", "E08"},
    Reopens{"capabilities", "ceiling", "MAC_ADMIN", "E03 E77"},
    Reopens{"capabilities", "ceiling", "MAC_OVERRIDE", "E77"},
    Reopens{"capabilities", "ceiling", "AUDIT_CONTROL", "E11"},
    Reopens{"capabilities", "ceiling", "AUDIT_READ", "E11"},
    Reopens{"capabilities", "ceiling", "AUDIT_WRITE", "E11"},
    Reopens{"capabilities", "ceiling", "SETUID", "E92"},
    Reopens{"capabilities", "ceiling", "SETGID", "E92"},
    Reopens{"capabilities", "ceiling", "SETPCAP", "E92"},
    Reopens{"capabilities", "ceiling", "SETFCAP", "E92"},
    Reopens{"capabilities", "ceiling", "docker-default", "E08 E35 E92"},
    Reopens{
        "capabilities", "", "",
        "E01 E02 E03 E08 E09 E10 E11 E18 E19 E20 E21 E22 E24 E25 E26 E27 E31 E32 E33 E34 E35 E37 E38 E40 E42 "
        "E43 E44 E45 E54 E57 E58 E59 E61 E63 E77 E79 E92"},
    Reopens{"no_new_privileges", "", "", "E92"},

    // Namespaces of the host, and of other containers.
    Reopens{"namespaces", "pid", "", "E33 E34 E54 E56"},
    Reopens{"namespaces", "ipc", "", "E56 E58"},
    Reopens{"namespaces", "uts", "", "E59"},
    Reopens{"namespaces", "network", "", "E56 E57"},
    Reopens{"namespaces", "cgroup", "", "E23 E60"},
    Reopens{"namespaces", "user", "", "E02 E37 E66"},
    Reopens{"namespaces", "mount", "", "E34 E50 E61"},
    Reopens{"namespaces", "time", "", "E40"},
    Reopens{"namespaces", "time_offsets", "", "E40"},
    Reopens{"namespaces", "", "", "E02 E23 E33 E34 E37 E40 E50 E54 E56 E57 E58 E59 E60 E61 E66"},
    Reopens{"user", "", "", "E66 E92"},

    // System calls.
    Reopens{"seccomp", "architectures", "", "E35 E36"},
    Reopens{"seccomp", "also", "bpf", "E26"},
    Reopens{"seccomp", "also", "perf_event_open", "E27"},
    Reopens{"seccomp", "also", "userfaultfd", "E28"},
    Reopens{"seccomp", "also", "keyctl", "E29"},
    Reopens{"seccomp", "also", "add_key", "E29"},
    Reopens{"seccomp", "also", "request_key", "E29"},
    Reopens{"seccomp", "also", "io_uring_setup", "E30"},
    Reopens{"seccomp", "also", "io_uring_enter", "E30"},
    Reopens{"seccomp", "also", "io_uring_register", "E30"},
    Reopens{"seccomp", "also", "open_by_handle_at", "E31"},
    Reopens{"seccomp", "also", "fsopen", "E32"},
    Reopens{"seccomp", "also", "open_tree", "E32"},
    Reopens{"seccomp", "also", "move_mount", "E32"},
    Reopens{"seccomp", "also", "mount", "E01 E02 E09 E20 E21 E22"},
    Reopens{"seccomp", "also", "unshare", "E02 E37"},
    Reopens{"seccomp", "also", "clone", "E02 E37"},
    Reopens{"seccomp", "also", "clone3", "E02 E37"},
    Reopens{"seccomp", "also", "setns", "E34"},
    Reopens{"seccomp", "also", "ptrace", "E33"},
    Reopens{"seccomp", "also", "modify_ldt", "E39"},
    Reopens{"seccomp", "also", "personality", "E39"},
    Reopens{"seccomp", "", "", "E02 E24 E25 E26 E27 E28 E29 E30 E31 E32 E33 E34 E35 E36 E37 E38 E39"},
    Reopens{"apparmor", "profile", "docker-default", "E15 E16 E37"},
    Reopens{"apparmor", "peers", "", "E33 E54"},
    Reopens{"apparmor", "", "", "E01 E02 E03 E13 E15 E16 E17 E20 E21 E32 E33 E37 E54 E77"},
    Reopens{"selinux", "", "", "E03 E50 E51 E54 E56"},

    // Files, devices and what is mounted.
    Reopens{"devices", "", "", "E08 E09 E10 E11 E12"},
    Reopens{"mounts", "", "", "E03 E04 E05 E07 E23 E50 E51 E52 E53 E55 E61 E62"},
    Reopens{"system_mounts", "sysfs", "", "E17 E18 E19"},
    Reopens{"system_mounts", "cgroup", "", "E22 E23"},
    Reopens{"system_mounts", "", "", "E17 E18 E19 E22 E23"},
    Reopens{"rootfs", "", "", "E61 E74"},
    Reopens{"paths", "masked", "", "E14 E18 E19"},
    Reopens{"paths", "readonly", "", "E03 E13 E15 E16"},
    Reopens{"paths", "", "", "E03 E13 E14 E15 E16 E18 E19"},
    Reopens{"sysctls", "", "", "E15 E37"},

    // What a container may use up.
    Reopens{"pids", "", "", "E41 E78"},
    Reopens{"resources", "", "", "E42 E43 E60 E78"},
    Reopens{"rlimits", "memlock", "", "E45"},
    Reopens{"rlimits", "nice", "", "E44"},
    Reopens{"rlimits", "rtprio", "", "E44"},
    Reopens{"rlimits", "rttime", "", "E44"},
    Reopens{"rlimits", "nproc", "", "E41"},
    Reopens{"rlimits", "default", "", "E41 E42 E44 E45"},
    Reopens{"rlimits", "", "", "E42"},
    Reopens{"scheduling", "oom_score_adj", "", "E43"},
    Reopens{"scheduling", "nice", "", "E44"},
    Reopens{"scheduling", "realtime", "", "E44"},
    Reopens{"scheduling", "", "", "E43 E44"},

    // What the runtime does for a container.
    Reopens{"hooks", "", "", "E91"},
    Reopens{"annotations", "", "", "E80"},
    Reopens{"command", "", "", "E70"},
    Reopens{"other", "", "", "E91"},
};

}  // namespace hardened::config
