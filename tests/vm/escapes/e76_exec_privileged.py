"""E76: exec with every capability, in a container that has few: what docker exec --privileged asks for."""

from integration.harness.kernel import machine_capabilities
from vm.escapes._parts import controls, with_capabilities
from vm.harness.escape import technique

ALL = tuple(word for name in sorted(machine_capabilities()) for word in ("--cap", f"CAP_{name}"))


def proof(attempt):
    said = attempt.box().exec("grep", "CapEff", "/proc/self/status", options=ALL, check=True).stdout
    return ("OPEN" if int(said.split()[1], 16) >> 21 & 1 else "SHUT") + f" CAP_SYS_ADMIN: {said}"


CASES = technique(
    "E76", "exec --privileged", kind="C", grant=(), proof=proof, allowed=controls(with_capabilities("SYS_ADMIN")))
