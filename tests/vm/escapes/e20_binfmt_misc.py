"""E20: binfmt_misc, by which the host runs a program of the container's choice. Opened, nothing is registered."""

from vm.escapes._parts import ADMIN, capabilities
from vm.harness.escape import technique

CASES = technique(
    "E20", "binfmt_misc", kind="C", grant=ADMIN,
    proof="""
mount -t binfmt_misc none /mnt
writes /mnt/register
umount /mnt 2>/dev/null
""",
    allowed=capabilities("SYS_ADMIN"))
