"""E26: bpf(2): programs in the host's kernel."""

from vm.escapes._parts import ADMIN, capabilities
from vm.harness.escape import technique

CASES = technique(
    "E26", "bpf", kind="C", grant=ADMIN, proof="reach bpf 321:0:0:0", allowed=capabilities("SYS_ADMIN"))
