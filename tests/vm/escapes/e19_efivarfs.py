"""E19: the variables of the firmware. This machine has no EFI: its kernel would answer that it knows no such file system."""

from vm.escapes._parts import ADMIN, capabilities
from vm.harness.escape import technique

CASES = technique(
    "E19", "mounting efivarfs", kind="C", grant=ADMIN, proof="mounts efivarfs", allowed=capabilities("SYS_ADMIN"))
