"""E12: devices that reach past the container: file systems of one's own, loop devices, the host's terminals,
the firmware's memory. Those stand for all: what is not on the list is closed.

/dev/net/tun is none of them: runc itself allows it to every container.
"""

from vm.escapes._parts import controls, with_capabilities
from vm.harness.escape import technique

NODES = ("fuse", "loop-control", "tty1", "nvram")
RULES = ", ".join(f'"{rule} rwm"' for rule in ("c 10:229", "c 10:237", "c 4:1", "c 10:144"))

CASES = technique(
    "E12", "devices: " + ", ".join(NODES), kind="C", grant=("--cap-add=SYS_ADMIN", *(f"--device=/dev/{node}" for node in NODES)),
    proof="\n".join(f"opens /dev/{node}" for node in NODES),
    allowed=controls(f"devices: {{allow: [docker-default, {RULES}]}}", with_capabilities("SYS_ADMIN")))
