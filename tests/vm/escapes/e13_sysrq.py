"""E13: sysrq-trigger, which reboots the host or ends its processes. Opened, not written."""

from vm.escapes._parts import UNMASKED, UNMASKED_ALLOWED
from vm.harness.escape import technique

CASES = technique(
    "E13", "sysrq-trigger", kind="C", grant=UNMASKED,
    proof="writes /proc/sysrq-trigger",
    allowed=UNMASKED_ALLOWED)
