"""E23: a writable cgroup file system, by which a container lifts its own limits."""

from vm.escapes._parts import NO_PROFILE, PRIVILEGED, controls
from vm.harness.escape import technique

CASES = technique(
    "E23", "a writable cgroup file system", kind="C", grant=PRIVILEGED,
    proof="""
writes /sys/fs/cgroup/cgroup.procs
writes /sys/fs/cgroup/cgroup.subtree_control
""",
    allowed=controls("system_mounts: {cgroup: writable}", NO_PROFILE))
