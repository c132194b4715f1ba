"""E42: as much memory and processor time as the host has: Docker sets no limit unless it is told to."""

from vm.harness.escape import technique

CASES = technique(
    "E42", "no limit of memory and processors", kind="S", grant=(),
    proof="""
tries 'no limit of memory' grep -qx max /sys/fs/cgroup/memory.max
tries 'no limit of processors' grep -q '^max ' /sys/fs/cgroup/cpu.max
""")
