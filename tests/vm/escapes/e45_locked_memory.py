"""E45: memory that is never swapped. The limit is read."""

from vm.escapes._parts import POWERS, controls, with_capabilities
from vm.harness.escape import technique

CASES = technique(
    "E45", "locked memory without limit", kind="C", grant=POWERS,
    proof="""
tries 'no limit of locked memory' grep -q '^Max locked memory  *unlimited' /proc/self/limits
tries CAP_IPC_LOCK sh -c '[ $((0x$(grep CapEff /proc/self/status | cut -f 2) >> 14 & 1)) = 1 ]'
""",
    allowed=controls("rlimits: {memlock: unlimited}", with_capabilities("IPC_LOCK")))
