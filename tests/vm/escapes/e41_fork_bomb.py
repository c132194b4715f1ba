"""E41: as many tasks as the host bears. The limit is read, nothing is bombed."""

from vm.escapes._parts import controls
from vm.harness.escape import technique

CASES = technique(
    "E41", "no limit of tasks", kind="C", grant=("--pids-limit=-1",),
    proof="tries 'no limit of tasks' grep -qx max /sys/fs/cgroup/pids.max",
    allowed=controls("pids: {default: unlimited, maximum: unlimited}"))
