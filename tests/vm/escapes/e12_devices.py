"""E12: devices that reach past the container: file systems of one's own, virtual machines, loop devices, terminals, memory images.

/dev/net/tun is none of them: runc itself allows it to every container.
"""

from vm.escapes._parts import controls
from vm.harness.escape import technique

NODES = ("fuse", "loop-control", "tty1", "snapshot", "hpet", "nvram", "btrfs-control")
RULES = ", ".join(f'"{rule} rwm"' for rule in ("c 10:229", "c 10:237", "c 4:1", "c 10:231", "c 10:228", "c 10:144", "c 10:234"))

CASES = technique(
    "E12", "devices: " + ", ".join(NODES), kind="C", grant=("--cap-add=SYS_ADMIN", *(f"--device=/dev/{node}" for node in NODES)),
    proof="\n".join(f"opens /dev/{node}" for node in NODES),
    allowed=controls(f"devices: {{allow: [docker-default, {RULES}]}}", "capabilities: {ceiling: [docker-default, SYS_ADMIN]}"))
