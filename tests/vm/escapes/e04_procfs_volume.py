"""E04: core_pattern by a volume of the type proc: no path that masks /proc covers it."""

from vm.escapes._parts import volumes
from vm.harness.escape import by_docker, technique

CASES = technique(
    "E04", "core_pattern by a volume that is a procfs", kind="C", grant=("-v=escape:/hp",),
    host=lambda vm: volumes(vm, escape={"type": "proc", "device": "proc"}),
    proof=by_docker("writes /hp/sys/kernel/core_pattern"))
