"""E17: uevent_helper, a program that the host's kernel runs for each event of a device.

Debian's kernel has no uevent_helper; what stands in for it here is the file by which such events are made.
"""

from vm.escapes._parts import NO_PROFILE, PRIVILEGED, controls
from vm.harness.escape import technique

CASES = technique(
    "E17", "uevents of the host's devices", kind="C", grant=PRIVILEGED,
    proof="writes /sys/devices/virtual/mem/null/uevent",
    allowed=controls("system_mounts: {sysfs: writable}", NO_PROFILE))
