"""What a process really has, as the kernel says it: /proc, and the files of its cgroups.

    p = Process(pid)
    p.capabilities("Bnd")        {"CHOWN", "KILL", ...}
    p.seccomp                    0 none, 2 a filter
    p.cgroup_file("pids.max")    "4096", "max"
    p.mount("/sys").read_only    True

Nothing here reads what a runtime or an engine wrote.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

# capabilities(7), in the order of their numbers.
NAMES = (
    "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE "
    "NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT "
    "SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE "
    "AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ "
    "PERFMON BPF CHECKPOINT_RESTORE"
).split()

DOCKER_DEFAULT = frozenset(
    "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE "
    "SYS_CHROOT KILL AUDIT_WRITE".split()
)


@dataclass(frozen=True)
class Mount:
    root: str
    point: str
    options: frozenset
    kind: str
    source: str
    super_options: frozenset
    propagation: frozenset  # "shared:7", "master:3": the peer group it passes mounts on to, and the one it has them from

    @property
    def read_only(self):
        return "ro" in self.options or "ro" in self.super_options


def _unescape(text):
    return re.sub(r"\\([0-7]{3})", lambda m: chr(int(m.group(1), 8)), text)


def _mount(line):
    left, _, right = line.partition(" - ")
    fields, (kind, source, *rest) = left.split(), right.split()
    return Mount(
        root=_unescape(fields[3]), point=_unescape(fields[4]), options=frozenset(fields[5].split(",")),
        kind=kind, source=_unescape(source), super_options=frozenset(",".join(rest).split(",")), propagation=frozenset(fields[6:]),
    )


class Process:
    def __init__(self, pid):
        self.pid = int(pid)

    def _read(self, name):
        return Path(f"/proc/{self.pid}/{name}").read_text(errors="replace")

    def status(self, key):
        match = re.search(rf"^{key}:\s*(.*)$", self._read("status"), re.MULTILINE)
        if match is None:
            raise KeyError(f"/proc/{self.pid}/status has no {key}")
        return match.group(1)

    def capabilities(self, which):
        """`which` of Inh, Prm, Eff, Bnd, Amb."""
        bits = int(self.status("Cap" + which), 16)
        return frozenset(NAMES[n] if n < len(NAMES) else f"#{n}" for n in range(64) if bits >> n & 1)

    @property
    def seccomp(self):
        return int(self.status("Seccomp"))

    @property
    def no_new_privileges(self):
        return self.status("NoNewPrivs") == "1"

    @property
    def groups(self):
        return frozenset(int(g) for g in self.status("Groups").split())

    @property
    def oom_score_adj(self):
        return int(self._read("oom_score_adj"))

    def limit(self, name):
        """Soft and hard of a line of /proc/<pid>/limits: limit("Max open files")."""
        line = next(line for line in self._read("limits").splitlines() if line.startswith(name))
        soft, hard = line[len(name):].split()[:2]
        return soft, hard

    def namespace(self, kind):
        return os.readlink(f"/proc/{self.pid}/ns/{kind}")

    def mounts(self):
        return [_mount(line) for line in self._read("mountinfo").splitlines()]

    def mount(self, point):
        """The mount that is seen at `point`: the last one made there; None where nothing is mounted."""
        return next((m for m in reversed(self.mounts()) if m.point == point), None)

    def masked(self):
        """Points below /proc and /sys that something hides: an empty tmpfs, or /dev/null."""
        return frozenset(m.point for m in self._below_proc_and_sys() if m.kind == "tmpfs" or m.root == "/null")

    def read_only(self):
        """Points below /proc that are mounted once more, read-only."""
        return frozenset(m.point for m in self._below_proc_and_sys() if m.kind == "proc" and m.read_only)

    def _below_proc_and_sys(self):
        return [m for m in self.mounts()
                if m.point.startswith(("/proc/", "/sys/")) and not m.point.startswith("/sys/fs/cgroup")]

    def cgroup_directory(self, controller):
        """Of the hierarchy that has the controller: v1's own, or else v2's."""
        unified = None
        for line in self._read("cgroup").splitlines():
            _, controllers, path = line.split(":", 2)
            if controller in controllers.split(","):
                return _hierarchy(controller) / path.lstrip("/")
            if controllers == "":
                unified = path
        if unified is None:
            raise KeyError(f"process {self.pid} is in no cgroup that has {controller}")
        return _hierarchy("") / unified.lstrip("/")

    def cgroup_file(self, name):
        return (self.cgroup_directory(name.partition(".")[0]) / name).read_text().strip()


def _hierarchy(controller):
    """Where the hierarchy is mounted; "" is that of cgroup v2."""
    for mount in Process(os.getpid()).mounts():
        if controller == "" and mount.kind == "cgroup2":
            return Path(mount.point)
        if controller and mount.kind == "cgroup" and controller in mount.super_options:
            return Path(mount.point)
    raise KeyError(f"no cgroup hierarchy with '{controller}' is mounted")


def machine_capabilities():
    """All that a container can be given here: what we have ourselves."""
    return Process(os.getpid()).capabilities("Bnd")
