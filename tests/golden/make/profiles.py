"""The seccomp section that an engine writes for a plain container on x86_64.

Docker's of today is profiles/seccomp/default.json, resolved. What older engines wrote is said as the
difference to it, as far as it is known: seen on Docker 20.10.24, containerd 1.6.20 and Podman 4.3.1, read
for the versions between.
"""
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[3]
X86 = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]
KERNEL = (6, 1)


def compare(index, value, how):
    return {"index": index, "value": value, "op": f"SCMP_CMP_{how}"}


def allow(*names, args=None):
    rule = {"names": list(names), "action": "SCMP_ACT_ALLOW"}
    if args:
        rule["args"] = args
    return rule


def fail(number, *names, args=None):
    rule = {"names": list(names), "action": "SCMP_ACT_ERRNO", "errnoRet": number}
    if args:
        rule["args"] = args
    return rule


def version(text):
    return tuple(int(part) for part in text.split("."))


def applies(rule, capabilities):
    """Does a rule of Docker's format hold for this container on this kernel?"""
    wants, bars = rule.get("includes") or {}, rule.get("excludes") or {}
    if "amd64" in bars.get("arches", []) or capabilities & set(bars.get("caps", [])):
        return False
    if "minKernel" in bars and KERNEL >= version(bars["minKernel"]):
        return False
    if wants.get("arches") and "amd64" not in wants["arches"]:
        return False
    if set(wants.get("caps", [])) - capabilities:
        return False
    return "minKernel" not in wants or KERNEL >= version(wants["minKernel"])


def written(rule):
    """The fields of a rule that reach config.json, in the order of specs-go."""
    names = {"names": rule.get("names") or [rule["name"]]}
    return names | {key: rule[key] for key in ("action", "errnoRet", "args") if rule.get(key) is not None}


def by_letters(names):
    return sorted(names, key=lambda name: name.replace("_", ""))


SOCKETS = [allow("socket", args=[compare(0, 38, "LT")]), allow("socket", args=[compare(0, 39, "EQ")]),
           allow("socket", args=[compare(0, 40, "GT")])]


def today(capabilities):
    """Docker's: what is always allowed in one long rule, then the others. Ours allows the same calls, and says
    socket more narrowly: on the 32 bits that the kernel reads."""
    profile = json.loads((ROOT / "profiles/seccomp/default.json").read_text())
    always, rest = [], []
    for rule in profile["syscalls"]:
        if rule["names"] == ["socket"]:
            continue
        if set(rule) <= {"comment", "names", "action"} and rule["action"] == "SCMP_ACT_ALLOW":
            always += rule["names"]
        elif applies(rule, set(capabilities)):
            rest.append(written(rule))
    ptrace = next(rule for rule in rest if "ptrace" in rule["names"])
    rest.remove(ptrace)
    return {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1, "architectures": X86,
            "syscalls": [allow(*by_letters(always)), allow(*by_letters(ptrace["names"])), *SOCKETS, *rest]}


# Allowed today, unknown to the versions before.
SINCE_28 = {"getxattrat", "listxattrat", "removexattrat", "setxattrat", "uretprobe", "riscv_hwprobe"}
SINCE_27 = {"listmount", "statmount", "mseal"} | SINCE_28
SINCE_25 = {"cachestat", "fchmodat2", "futex_requeue", "futex_wait", "futex_wake", "map_shadow_stack"} | SINCE_27
SINCE_23 = {"name_to_handle_at", "pkey_alloc", "pkey_free", "pkey_mprotect"} | SINCE_25
IO_URING = {"io_uring_enter", "io_uring_register", "io_uring_setup"}  # allowed before 25


def first_rule(section, without, more=()):
    names = [name for name in section["syscalls"][0]["names"] if name not in without]
    return allow(*by_letters(names + list(more)))


def other_rules(section):
    """All but the long list and the rules for socket."""
    return [rule for rule in section["syscalls"][1:] if rule["names"] != ["socket"]]


def docker(major, capabilities):
    section = today(capabilities)
    if major >= 29:
        return section
    if major >= 23:
        # No AF_VSOCK; AF_ALG came to be barred with 29.
        missing = SINCE_28 if major >= 27 else SINCE_27 if major >= 25 else SINCE_25
        more = () if major >= 25 else IO_URING
        rest = other_rules(section)
        socket = allow("socket", args=[compare(0, 40, "NE")])
        section["syscalls"] = [first_rule(section, missing, more), rest[0], socket] + rest[1:]
        return section
    del section["defaultErrnoRet"]
    rest = other_rules(section)
    section["syscalls"] = [first_rule(section, SINCE_23, IO_URING | {"socket"}), allow("ptrace")] + rest[1:]
    return section


def containerd_1_6(capabilities):
    section = today(capabilities)
    del section["defaultErrnoRet"]
    missing = (SINCE_23 - {"pkey_alloc", "pkey_free", "pkey_mprotect"})
    personalities = [rule for rule in section["syscalls"] if rule["names"] == ["personality"]]
    section["syscalls"] = [first_rule(section, missing, IO_URING | {"socket"}), *personalities, allow("ptrace"),
                           allow("arch_prctl", "modify_ldt"), allow("chroot"),
                           allow("clone", args=[compare(0, 2114060288, "MASKED_EQ")]), fail(38, "clone3")]
    return section


# Podman allows these to every container (they fail for want of a capability), and says EPERM for others
# because its default is ENOSYS.
PODMAN_ALSO = {"clone", "clone3", "fsconfig", "fsmount", "fsopen", "fspick", "get_mempolicy", "keyctl", "mbind", "mount",
               "mount_setattr", "move_mount", "name_to_handle_at", "open_tree", "pidfd_getfd", "pivot_root", "pkey_alloc",
               "pkey_free", "pkey_mprotect", "process_vm_readv", "process_vm_writev", "ptrace", "readdir", "reboot",
               "set_mempolicy", "setns", "sigaction", "signal", "sigpending", "sigsuspend", "syscall", "syslog",
               "timerfd", "umount", "umount2", "unshare"}
PODMAN_NEVER = ["bdflush", "io_pgetevents", "kexec_file_load", "kexec_load", "migrate_pages", "move_pages", "nfsservctl",
                "nice", "oldfstat", "oldlstat", "oldolduname", "oldstat", "olduname", "pciconfig_iobase", "pciconfig_read",
                "pciconfig_write", "sgetmask", "ssetmask", "swapcontext", "swapoff", "swapon", "sysfs", "uselib",
                "userfaultfd", "ustat", "vm86", "vm86old", "vmsplice"]
PODMAN_NOT = SINCE_25 | {"futex_waitv", "io_pgetevents", "io_pgetevents_time64", "vmsplice"}


def podman_4_3(capabilities):
    section = today(capabilities)
    section["defaultErrnoRet"] = 38
    personalities = [rule for rule in section["syscalls"] if rule["names"] == ["personality"]]
    audit = [compare(0, 16, "EQ"), compare(2, 9, "EQ")]
    long = first_rule(section, PODMAN_NOT | PODMAN_ALSO, PODMAN_ALSO)
    long["names"].sort()
    no_audit = allow("socket", args=[compare(2, 9, "NE")])
    section["syscalls"] = [
        fail(1, *PODMAN_NEVER), long, *personalities, allow("arch_prctl"), allow("modify_ldt"),
        fail(1, "open_by_handle_at"),
        fail(1, "bpf", "fanotify_init", "lookup_dcookie", "perf_event_open", "quotactl", "setdomainname", "sethostname",
             "setns"),
        allow("chroot"), fail(1, "delete_module", "finit_module", "init_module", "query_module"), fail(1, "acct"),
        fail(1, "kcmp", "process_madvise"), fail(1, "ioperm", "iopl"),
        fail(1, "clock_settime", "clock_settime64", "settimeofday", "stime"), fail(1, "vhangup"),
        fail(22, "socket", args=audit), no_audit, allow("socket", args=[compare(0, 16, "NE")]), no_audit]
    return section


def brief():
    """A small profile of a user's own, well below Docker's: keeps a case short that is about something else."""
    names = ("accept4 access arch_prctl bind brk capget capset chdir clock_gettime close connect dup2 dup3 epoll_ctl "
             "epoll_pwait execve exit exit_group fchdir fchown fcntl fstat fstatfs futex getdents64 getegid geteuid getgid "
             "getpid getppid getrandom gettid getuid ioctl kill lseek madvise mmap mprotect munmap nanosleep newfstatat "
             "openat openat2 pipe2 poll prctl pread64 prlimit64 read readlinkat rseq rt_sigaction rt_sigprocmask "
             "rt_sigreturn sched_yield select sendto set_robust_list set_tid_address setgid setgroups setuid sigaltstack "
             "statfs statx tgkill uname wait4 write writev")
    return {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1, "architectures": X86,
            "syscalls": [allow(*names.split())]}
