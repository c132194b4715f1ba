"""E21: debugfs, tracefs and securityfs, mounted by the container."""

from vm.escapes._parts import ADMIN, capabilities
from vm.harness.escape import technique

CASES = technique(
    "E21", "mounting debugfs, tracefs, securityfs", kind="C", grant=ADMIN,
    proof="""
mounts debugfs
mounts tracefs
mounts securityfs
""",
    allowed=capabilities("SYS_ADMIN"))
