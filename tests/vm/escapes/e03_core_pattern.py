"""E03: core_pattern, a program that the host's kernel runs as root when something dumps core. Opened, not written."""

from vm.escapes._parts import UNMASKED, UNMASKED_ALLOWED
from vm.harness.escape import technique

CASES = technique(
    "E03", "core_pattern", kind="C", grant=UNMASKED,
    proof="writes /proc/sys/kernel/core_pattern",
    allowed=UNMASKED_ALLOWED)
