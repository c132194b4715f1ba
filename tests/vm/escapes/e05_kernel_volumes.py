"""E05: the other file systems that are the kernel's own, as volumes. Mounted as dockerd mounts them, e04 asks dockerd itself."""

from vm.escapes._parts import bind, changes, mounted_volumes, volume
from vm.harness.escape import technique

TYPES = ("sysfs", "cgroup2", "debugfs", "tracefs", "securityfs", "devtmpfs")

CASES = technique(
    "E05", "volumes that are " + ", ".join(TYPES), kind="C", grant=(),
    host=lambda _: mounted_volumes(**{kind: ("-t", kind, kind) for kind in TYPES}),
    change=changes(*(bind(volume(kind), f"/v/{kind}") for kind in TYPES)),
    proof="""
writes /v/sysfs/kernel/mm/ksm/run
writes /v/cgroup2/cgroup.procs
tries debugfs [ -e /v/debugfs/sched ]
writes /v/tracefs/tracing_on
reads /v/securityfs/lsm
tries 'the disk in devtmpfs' [ -b /v/devtmpfs/vda ]
""")
