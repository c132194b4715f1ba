"""E43: a container that the kernel kills last: the host's own processes go first."""

from vm.escapes._parts import controls
from vm.harness.escape import technique

CASES = technique(
    "E43", "oom_score_adj -1000", kind="C", grant=("--oom-score-adj=-1000",),
    proof="tries 'killed last' grep -qx -- -1000 /proc/self/oom_score_adj",
    allowed=controls("scheduling: {oom_score_adj: -1000}"))
