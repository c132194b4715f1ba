"""E15: settings of the host's kernel; the globs of today's docker-default profile of AppArmor leave these open, too."""

from vm.escapes._parts import UNMASKED, UNMASKED_ALLOWED
from vm.harness.escape import technique

NAMES = ("threads-max", "softlockup_panic", "seccomp/actions_logged", "sched_rt_runtime_us", "sysrq")

CASES = technique(
    "E15", "/proc/sys/kernel/threads-max and others", kind="C", grant=UNMASKED,
    proof="\n".join(f"writes /proc/sys/kernel/{name}" for name in NAMES),
    allowed=UNMASKED_ALLOWED)
