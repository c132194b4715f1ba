"""E44: ahead of the host's own processes: nice below 0, real time for the disk."""

from vm.escapes._parts import POWERS, capabilities
from vm.harness.escape import technique

CASES = technique(
    "E44", "nice below 0, real time for the disk", kind="C", grant=POWERS,
    proof="""
tries 'nice below 0' renice -n -5 -p $$
tries 'real time for the disk' ionice -c 1 -n 4 true
""",
    allowed=capabilities("SYS_NICE"))
