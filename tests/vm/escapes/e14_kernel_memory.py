"""E14: what the kernel says of its memory: kcore, timer_list."""

from vm.escapes._parts import NO_PROFILE, PRIVILEGED, controls, with_capabilities
from vm.harness.escape import technique

CASES = technique(
    "E14", "kcore, timer_list", kind="C", grant=PRIVILEGED,
    proof="""
reads /proc/kcore
reads /proc/timer_list
""",
    allowed=controls(with_capabilities("SYS_RAWIO"), "paths: {masked: [], readonly: []}", NO_PROFILE))
