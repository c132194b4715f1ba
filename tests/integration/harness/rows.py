"""What is asked of a runtime, row by row, and how to see what was granted.

The demonstration prints these rows as a table; granted_test.py holds each of them against what the
shipped policy promises. Every reading comes from the kernel: from /proc and the cgroups of the
container's first process, or from what that process was able to do.
"""

import grp
import json
import os
import re
import stat
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .engine import FOREVER, Refused
from .kernel import NAMES, Process, machine_capabilities

DISK = "/run/world/disk"
ALLOW_ALL = "/run/world/allow-all.json"
SOURCE = "/var/lib/world-src"  # /run and /etc are protected
PASSED = "/var/lib/world-passed"

# The first process tries this, and says how it went in /tmp/said.
WRITE_PIDS_MAX = """
for f in /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max; do
  [ -e $f ] && { { cat $f > $f; } 2>/dev/null && echo lifts its own pids limit || echo cannot lift its own limits; break; }
done"""
READ_DISK = "dd if={0} of=/dev/null bs=512 count=1 2>/dev/null && echo reads the disk || echo cannot open the disk"
MAKE_AND_READ_DISK = "mknod /tmp/disk b {major} {minor}; " + READ_DISK.format("/tmp/disk")
NEW_USER_NAMESPACE = "unshare -U true 2>/dev/null && echo makes user namespaces || echo makes no user namespaces"
MOUNT = "mount -t tmpfs none /mnt 2>/dev/null && echo mounts || echo cannot mount"


def capabilities(box):
    had = box.process.capabilities("Bnd") | box.process.capabilities("Prm") | box.process.capabilities("Inh")
    return f"{len(had)} capabilities"


def seccomp(box):
    return "seccomp filter" if box.process.seccomp == 2 else "no seccomp"


def pids(box):
    return f"pids.max {box.process.cgroup_file('pids.max')}"


def paths(box):
    return f"{_some(box.process.masked())} masked, {_some(box.process.read_only())} read-only"


def _some(points):
    return "paths" if points else "no paths"


def system_mounts(box):
    sysfs = box.process.mount("/sys")
    cgroups = [m for m in box.process.mounts() if m.kind.startswith("cgroup")]
    return (f"sysfs {'ro' if sysfs.read_only else 'rw'}, "
            f"cgroups {'ro' if all(m.read_only for m in cgroups) else 'rw'}")


def device_rules(box):
    try:
        rules = box.process.cgroup_file("devices.list").splitlines()
    except (OSError, KeyError):
        return "device rules in a program"  # cgroup v2 has them in BPF: what said() tried is the proof
    return "every device" if any(r.startswith("a ") for r in rules) else "listed devices"


def no_new_privileges(box):
    return "no new privileges" if box.process.no_new_privileges else "new privileges"


def open_files(box):
    return "open files " + box.process.limit("Max open files")[1]


def core_size(box):
    return "core size " + box.process.limit("Max core file size")[1]


def said(box):
    return (Path(f"/proc/{box.process.pid}/root/tmp/said")).read_text().strip()


def shares(kind):
    def look(box):
        own = os.readlink(f"/proc/self/ns/{kind}")
        return f"the host's {kind} namespace" if box.process.namespace(kind) == own else f"its own {kind} namespace"
    return look


def sysctl(name):
    """As the namespaces of the first process have it: nsenter, since its root may have no /proc/sys that tells."""
    file = Path("/proc/sys") / name
    def look(box):
        done = subprocess.run(["nsenter", "-t", str(box.process.pid), "-n", "-i", "-u", "cat", str(file)],
                              capture_output=True, text=True)
        return f"{name} {done.stdout.strip() or brief(done.stderr)}"
    return look


def root(box):
    return "root ro" if box.process.mount("/").read_only else "root rw"


def passes_mounts_on(point):
    """To the host, whose own mount is a peer then."""
    def look(box):
        own = {group for group in Process(os.getpid()).mount(PASSED).propagation if group.startswith("shared:")}
        return f"mounts in {point} {'show' if own & box.process.mount(point).propagation else 'do not show'} on the host"
    return look


def groups(box):
    words = re.search(r"^Groups:[ \t]*(.*)$", Path(f"/proc/{box.process.pid}/status").read_text(), re.MULTILINE).group(1).split()
    return "in groups " + " ".join(sorted(words, key=int))


def gid_of(group):
    return grp.getgrnam(group).gr_gid


def mounted(point):
    return lambda box: "mounted" if box.process.mount(point) else "not mounted"


def exec_privileged(box):
    done = box.exec("cat", "/proc/self/status", options=("--privileged",))
    if done.returncode != 0:
        return "failed: " + brief(done.stderr or done.stdout)
    had = int(re.search(r"CapPrm:\s*(\w+)", done.stdout).group(1), 16)
    return f"{had.bit_count()} capabilities"


def exec_in(directory):
    def look(box):
        done = box.exec("pwd", options=(f"--workdir={directory}",))
        return done.stdout.strip() if done.returncode == 0 else "failed: " + brief(done.stderr or done.stdout)
    return look


def after_update(box):
    done = box.docker("update", "--pids-limit", "-1", box.id, check=False)
    return pids(box) if done.returncode == 0 else "failed: " + brief(done.stderr)


def weight(box):
    try:
        return f"cpu.shares {box.process.cgroup_file('cpu.shares')}"
    except (OSError, KeyError):
        return f"cpu.weight {box.process.cgroup_file('cpu.weight')}"


def memory(box):
    try:
        return f"memory {box.process.cgroup_file('memory.limit_in_bytes')}"
    except (OSError, KeyError):
        return f"memory {box.process.cgroup_file('memory.max')}"


def out_of_memory(box):
    try:
        disabled = "oom_kill_disable 1" in box.process.cgroup_file("memory.oom_control")
    except (OSError, KeyError):
        return "killed"  # cgroup v2 has no such switch
    return "not killed" if disabled else "killed"


def score(box):
    return f"oom_score_adj {(Path('/proc') / str(box.process.pid) / 'oom_score_adj').read_text().strip()}"


def cgroup(box):
    line = (Path("/proc") / str(box.process.pid) / "cgroup").read_text().splitlines()[0]
    return "cgroup at the top" if line.count("/") == 1 else "cgroup below another"


def after_shares(box):
    done = box.docker("update", "--cpu-shares", "4096", box.id, check=False)
    return weight(box) if done.returncode == 0 else "failed: " + brief(done.stderr)


def brief(words):
    """The last part of what docker wraps in its own words."""
    line = " ".join(words.split())
    line = line[line.index("hardened: "):] if "hardened: " in line else line.rsplit("runc create failed: ", 1)[-1]
    return line.removesuffix(": unknown.").removesuffix(": unknown")


@dataclass(frozen=True)
class Row:
    asked: str
    options: tuple = ()
    look: tuple = (capabilities, seccomp)
    bounded: str = ""            # what hardened must grant: a regular expression for the whole reading
    wide: str | None = None      # what a bare runtime grants; None: the same as hardened does
    attempt: str = ""
    after: Callable | None = None

    def grant(self, docker, runtime):
        """What the kernel says that this request was granted, in words."""
        command = ("sh", "-c", f"{{ {self.attempt or ':'}\n}} >/tmp/said; echo >/tmp/done; {FOREVER}")
        try:
            box = docker.start(runtime, *self.options, command=command)
        except Refused as refused:
            return ("refused: " if "hardened: " in refused.words else "failed: ") + brief(refused.words)
        with box:
            _wait_for(f"/proc/{box.process.pid}/root/tmp/done")
            return ", ".join(look(box) for look in self.look)


def _wait_for(path):
    for _ in range(200):
        if os.path.exists(path):
            return
        time.sleep(0.05)
    raise AssertionError(f"the container never came to write {path}")


def a_disk():
    """Major and minor of a block device that root can open here, whether or not /dev has a node of it."""
    listed = [line.split()[:2] for line in Path("/proc/partitions").read_text().splitlines()[2:]]
    node = "/run/world/try"
    for major, minor in [(int(a), int(b)) for a, b in listed] + [(7, n) for n in range(8)]:
        os.mknod(node, 0o600 | stat.S_IFBLK, os.makedev(major, minor))
        try:
            os.close(os.open(node, os.O_RDONLY))
            return major, minor
        except OSError:
            continue
        finally:
            os.unlink(node)
    raise AssertionError("root can open no block device here")


def prepare():
    """What the rows ask for: a disk's node, a seccomp profile that allows everything, a folder of sources, a shared mount."""
    Path(DISK).unlink(missing_ok=True)
    os.mknod(DISK, 0o600 | stat.S_IFBLK, os.makedev(*a_disk()))
    Path(ALLOW_ALL).write_text(json.dumps({"defaultAction": "SCMP_ACT_ALLOW"}))
    Path(SOURCE).mkdir(exist_ok=True)
    Path(PASSED).mkdir(exist_ok=True)
    if not os.path.ismount(PASSED):
        subprocess.run(["mount", "--bind", PASSED, PASSED], check=True)
        subprocess.run(["mount", "--make-shared", PASSED], check=True)


def rows(socket):
    """The table. `socket` is the engine's own."""
    lacking = sorted(set(NAMES) - machine_capabilities())
    # An engine knows some or all of the kernel's: 38 of 41 on Docker 20.10.
    all_of_them = r"(3\d|4\d) capabilities"
    major, minor = a_disk()
    return [
        Row("nothing: a plain run", (), (capabilities, seccomp, pids),
            r"14 capabilities, seccomp filter, pids\.max \d+", r"14 capabilities, seccomp filter, pids\.max max"),
        Row("--privileged", ("--privileged",), (capabilities, seccomp, system_mounts, paths, device_rules, said),
            r"14 capabilities, seccomp filter, sysfs ro, cgroups ro, paths masked, paths read-only, "
            r"(listed devices|device rules in a program), cannot lift its own limits",
            r"failed: .*operation not permitted" if lacking
            else rf"{all_of_them}, no seccomp, sysfs rw, cgroups rw, no paths.*lifts its own pids limit",
            attempt=WRITE_PIDS_MAX),
        Row(" ".join(["--cap-add ALL"] + [f"(without {name}, which this machine lacks)" for name in lacking]),
            ("--cap-add=ALL", *(f"--cap-drop={name}" for name in lacking)), (capabilities, said),
            r"14 capabilities, cannot mount", rf"{all_of_them}, mounts", attempt=MOUNT),
        Row("--cap-add SYS_ADMIN", ("--cap-add=SYS_ADMIN",), (capabilities, said),
            r"14 capabilities, cannot mount", r"15 capabilities, mounts", attempt=MOUNT),
        Row("--cap-drop ALL", ("--cap-drop=ALL",), (capabilities,), r"0 capabilities"),
        Row("--security-opt seccomp=unconfined", ("--security-opt=seccomp=unconfined",), (seccomp, said),
            r"seccomp filter, makes no user namespaces", r"no seccomp, makes user namespaces",
            attempt=NEW_USER_NAMESPACE),
        Row("a seccomp profile that allows everything", (f"--security-opt=seccomp={ALLOW_ALL}",), (seccomp, said),
            r"seccomp filter, makes no user namespaces", r".*, makes user namespaces", attempt=NEW_USER_NAMESPACE),
        Row("--security-opt systempaths=unconfined", ("--security-opt=systempaths=unconfined",), (paths,),
            r"paths masked, paths read-only", r"no paths masked, no paths read-only"),
        Row("--security-opt no-new-privileges", ("--security-opt=no-new-privileges",), (no_new_privileges,),
            r"no new privileges"),
        Row("--pids-limit 100", ("--pids-limit=100",), (pids,), r"pids\.max 100"),
        Row("--pids-limit -1", ("--pids-limit=-1",), (pids,), r"pids\.max \d+", r"pids\.max max"),
        Row("update --pids-limit -1", ("--pids-limit=100",), (after_update,), r"pids\.max \d+", r"pids\.max max"),
        # A weight is a part of what others have too; a limit is the container's own.
        Row("--cpu-shares 2048 --memory 64m", ("--cpu-shares=2048", "--memory=64m"), (weight, memory),
            r"cpu\.(shares 1024|weight (39|100)), memory 67108864",
            r"cpu\.(shares 2048|weight (79|170|171|172)), memory 67108864"),
        Row("update --cpu-shares 4096", (), (after_shares,), r"cpu\.(shares 1024|weight (39|100))",
            r"cpu\.(shares 4096|weight \d+)"),
        Row("--oom-kill-disable --memory 64m", ("--oom-kill-disable", "--memory=64m"), (out_of_memory,), r"killed",
            r"(not )?killed"),
        Row("--oom-score-adj -1000", ("--oom-score-adj=-1000",), (score,), r"oom_score_adj 0",
            r"oom_score_adj -1000|failed: .*"),
        Row("--cgroup-parent /", ("--cgroup-parent=/",), (cgroup,), r"refused: hardened: .*no limit of the host.*",
            r"cgroup at the top"),
        Row("exec --privileged", (), (exec_privileged,), r"14 capabilities",
            r"failed: .*operation not permitted" if lacking else all_of_them),
        Row("--device of the disk", (f"--device={DISK}:/dev/disk",), (said,),
            r"cannot open the disk|refused: hardened: .*", r"reads the disk", attempt=READ_DISK.format("/dev/disk")),
        Row("--device-cgroup-rule 'a *:* rwm'", ("--device-cgroup-rule=a *:* rwm",), (device_rules, said),
            r"(listed devices|device rules in a program), cannot open the disk", r".*, reads the disk",
            attempt=MAKE_AND_READ_DISK.format(major=major, minor=minor)),
        Row("--sysctl kernel.shmmax=4194304 --sysctl net.core.somaxconn=77",
            ("--sysctl=kernel.shmmax=4194304", "--sysctl=net.core.somaxconn=77"),
            (sysctl("kernel/shmmax"), sysctl("net/core/somaxconn")), r"kernel/shmmax 4194304, net/core/somaxconn 77"),
        Row("--sysctl net.core.somaxconn=77 on the host's network", ("--network=host", "--sysctl=net.core.somaxconn=77"),
            (sysctl("net/core/somaxconn"),), r"refused: hardened: .*", r"failed: .*"),
        Row("-v /x:/x:shared", (f"--volume={PASSED}:/x:shared",), (passes_mounts_on("/x"),),
            r"mounts in /x do not show on the host", r"mounts in /x show on the host"),
        Row("--read-only", ("--read-only", "--tmpfs=/tmp"), (root,), r"root ro"),
        Row("--pid host", ("--pid=host",), (shares("pid"),),
            r"refused: hardened: .*no pid namespace of its own.*ask without --pid.*", r"the host's pid namespace"),
        Row("--network host", ("--network=host",), (shares("net"),),
            r"refused: hardened: .*network namespace.* the host's.*ask without --network host.*|"
            r"refused: hardened: .*no network namespace of its own.*ask without --network host.*",
            r"the host's net namespace"),
        Row("--ipc host", ("--ipc=host",), (shares("ipc"),),
            r"refused: hardened: .*no ipc namespace of its own.*ask without --ipc host.*", r"the host's ipc namespace"),
        Row("--uts host", ("--uts=host",), (shares("uts"),),
            r"refused: hardened: .*no uts namespace of its own.*ask without --uts host.*", r"the host's uts namespace"),
        Row("--user 1000 --group-add disk of the host", (f"--group-add={gid_of('disk')}", "--user=1000"), (groups,),
            r"in groups 0", rf"in groups 0 {gid_of('disk')}"),
        Row("-v /:/host", ("--volume=/:/host",), (mounted("/host"),), r"refused: hardened: .*", r"mounted"),
        Row("--workdir /proc/self/fd/7", ("--workdir=/proc/self/fd/7",), (said,), r"refused: hardened: .*a place of a process.*",
            r"failed: .*"),
        Row("exec --workdir /proc/1/root", (), (exec_in("/proc/1/root"),), r"failed: hardened: .*a place of a process.*",
            r"/|/proc/1/root"),
        Row("-v $PWD/src:/src", (f"--volume={SOURCE}:/src",), (mounted("/src"),), r"mounted"),
    ]
