"""E56: the namespaces of another tenant's container: --pid=container:…, as dockerd writes it."""

from vm.escapes._parts import controls, victim
from vm.harness.escape import technique


def join(pid):
    def change(spec):
        for namespace in spec["linux"]["namespaces"]:
            if namespace["type"] == "pid":
                namespace["path"] = f"/proc/{pid}/ns/pid"
    return change


CASES = technique(
    "E56", "another container's files by --pid=container:", kind="C", grant=(),
    proof=victim("""
reads /proc/1/root/tmp/secret
writes /proc/1/root/tmp/secret
""", change=join),
    allowed=controls("namespaces: {pid: foreign}"))
