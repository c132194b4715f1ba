"""E27: perf_event_open, which sees all that the host's processors do."""

from vm.escapes._parts import ADMIN, capabilities
from vm.harness.escape import technique

CASES = technique(
    "E27", "perf_event_open", kind="C", grant=ADMIN, proof="reach perf_event_open 298:0:-1:0:-1:0",
    allowed=capabilities("SYS_ADMIN"))
