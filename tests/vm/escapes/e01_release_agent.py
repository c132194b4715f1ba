"""E01: release_agent of a cgroup v1 hierarchy, which the host's kernel runs as root (the class of CVE-2022-0492).

This host is on cgroup v2; a named v1 hierarchy can be made all the same, and its root has the file.
"""

from vm.escapes._parts import ADMIN, capabilities
from vm.harness.escape import technique

CASES = technique(
    "E01", "release_agent of a cgroup v1 hierarchy", kind="C", grant=ADMIN,
    proof="""
mkdir /tmp/c
mount -t cgroup -o none,name=escape none /tmp/c
writes /tmp/c/release_agent
umount /tmp/c
""",
    allowed=capabilities("SYS_ADMIN"))
