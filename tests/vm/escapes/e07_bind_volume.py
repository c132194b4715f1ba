"""E07: a volume that is the host's root (type=none, o=bind, device=/): neither -v nor the request says /."""

from vm.escapes._parts import bind, mounted_volumes, volume
from vm.harness.escape import technique

CASES = technique(
    "E07", "a volume that is the host's root", kind="C", grant=(), host=lambda _: mounted_volumes(escape=("--bind", "/")),
    change=bind(volume("escape"), "/v"), proof="reads /v/etc/shadow")
