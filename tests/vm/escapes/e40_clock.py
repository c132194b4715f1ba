"""E40: the host's clock, set to what it says."""

from vm.escapes._parts import POWERS, capabilities
from vm.harness.escape import technique

CASES = technique(
    "E40", "the host's clock", kind="C", grant=POWERS,
    proof='tries settimeofday date -s "@$(date +%s)"',
    allowed=capabilities("SYS_TIME"))
