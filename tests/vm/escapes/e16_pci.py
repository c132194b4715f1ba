"""E16: the configuration of PCI devices. Today's docker-default profile of AppArmor leaves it open, too."""

from vm.escapes._parts import UNMASKED, UNMASKED_ALLOWED
from vm.harness.escape import technique

CASES = technique(
    "E16", "/proc/bus/pci", kind="C", grant=UNMASKED,
    proof="writes /proc/bus/pci/00/00.0",
    allowed=UNMASKED_ALLOWED)
