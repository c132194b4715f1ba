"""E22: devices.allow of cgroup v1, which lifts the device rules. On cgroup v2 alone the hierarchy is free to be made."""

from vm.escapes._parts import ADMIN, capabilities
from vm.harness.escape import technique

CASES = technique(
    "E22", "devices.allow of cgroup v1", kind="C", grant=ADMIN,
    proof="""
mkdir /tmp/d
mount -t cgroup -o devices none /tmp/d
writes /tmp/d/devices.allow
umount /tmp/d
""",
    allowed=capabilities("SYS_ADMIN"))
