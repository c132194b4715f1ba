"""E07: a volume that is the host's root: neither -v nor a mount in the request says /."""

from vm.escapes._parts import volumes
from vm.harness.escape import by_docker, technique

CASES = technique(
    "E07", "a volume that is the host's root", kind="C", grant=("-v=escape:/v",),
    host=lambda vm: volumes(vm, escape={"type": "none", "o": "bind", "device": "/"}),
    proof=by_docker("reads /v/etc/shadow"),
    awaited="the mounts control")
