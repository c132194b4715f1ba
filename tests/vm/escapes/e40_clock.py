"""E40: the host's clock, set to what it says."""

from vm.escapes._parts import POWERS, capabilities
from vm.harness.escape import technique

# busybox' date complains and ends well.
CASES = technique(
    "E40", "the host's clock", kind="C", grant=POWERS,
    proof="""tries settimeofday sh -c '! date -s "@$(date +%s)" 2>&1 | grep "not set\\|can.t set\\|permitted"'""",
    allowed=capabilities("SYS_TIME"))
