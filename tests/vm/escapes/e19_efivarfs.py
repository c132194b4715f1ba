"""E19: the variables of the firmware. This machine has no EFI, and Linux 6.12 mounts nothing there."""

from vm.escapes._parts import ADMIN, capabilities
from vm.harness import APPARMOR, NO_APPARMOR
from vm.harness.escape import technique

CASES = technique(
    "E19", "mounting efivarfs", kind="C", grant=ADMIN, proof="mounts efivarfs", allowed=capabilities("SYS_ADMIN"),
    boots=(APPARMOR, NO_APPARMOR))
