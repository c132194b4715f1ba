"""E18: what the host's kernel runs on, in sysfs: memory, modules' parameters, power."""

from vm.escapes._parts import NO_PROFILE, PRIVILEGED, controls
from vm.harness.escape import technique

CASES = technique(
    "E18", "sysfs: memory, module parameters, power", kind="C", grant=PRIVILEGED,
    proof="""
writes /sys/kernel/mm/ksm/run
writes /sys/module/printk/parameters/time
writes /sys/power/state
""",
    allowed=controls("system_mounts: {sysfs: writable}", NO_PROFILE))
