"""E05: the other file systems that are the kernel's own, as volumes."""

from vm.escapes._parts import volumes
from vm.harness.escape import by_docker, technique

TYPES = ("sysfs", "cgroup2", "debugfs", "tracefs", "securityfs", "devtmpfs")

CASES = technique(
    "E05", "volumes that are sysfs, cgroup2, debugfs, tracefs, securityfs, devtmpfs", kind="C",
    grant=tuple(f"-v={kind}:/v/{kind}" for kind in TYPES),
    host=lambda vm: volumes(vm, **{kind: {"type": kind, "device": kind} for kind in TYPES}),
    proof=by_docker("""
writes /v/sysfs/kernel/mm/ksm/run
writes /v/cgroup2/cgroup.procs
tries debugfs [ -e /v/debugfs/sched ]
writes /v/tracefs/tracing_on
reads /v/securityfs/lsm
tries 'the disk in devtmpfs' [ -b /v/devtmpfs/vda ]
"""),
    awaited="the mounts control")
