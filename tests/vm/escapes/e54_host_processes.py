"""E54: the host's processes, and with them the files of another tenant's container. No capability is asked for."""

from vm.escapes._parts import controls, victim
from vm.harness.escape import technique

CASES = technique(
    "E54", "another container's files by --pid=host", kind="C", grant=("--pid=host",),
    proof=victim("""
reads /proc/{pid}/root/tmp/secret
writes /proc/{pid}/root/tmp/secret
"""),
    allowed=controls("namespaces: {pid: any}"))
