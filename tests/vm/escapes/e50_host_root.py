"""E50: the host's root, by -v."""

from vm.harness.escape import technique

CASES = technique(
    "E50", "-v /:/host", kind="C", grant=("-v=/:/host",), proof="reads /host/etc/shadow")
