"""E61: a mount that the host sees: -v …:rshared, and the right to mount."""

import contextlib
import os
import subprocess

from integration.harness.kernel import Process
from vm.escapes._parts import ADMIN, NO_PROFILE, PLACE, bind, changes, controls, place, with_capabilities
from vm.harness.escape import technique
from vm.harness.shell import TOOLS


@contextlib.contextmanager
def shared(_):
    with place():
        subprocess.run(["mount", "-t", "tmpfs", "escape", PLACE], check=True)
        subprocess.run(["mount", "--make-shared", PLACE], check=True)
        (PLACE / "x").mkdir()
        yield


def shares(spec):
    """As dockerd writes it beside such a mount."""
    spec["linux"]["rootfsPropagation"] = "shared"


def proof(attempt):
    script = TOOLS + "tries 'mount' mount -t tmpfs none /m/x; sleep 60\n"
    box = attempt.box(command=("sh", "-c", script))
    attempt.vm.wait(lambda: (box.path / "output").read_text(), "what it says")
    seen = Process(os.getpid()).mount(str(PLACE / "x")) is not None
    subprocess.run(["umount", PLACE / "x"], check=False, stderr=subprocess.DEVNULL)
    return (box.path / "output").read_text() + ("OPEN" if seen else "SHUT") + " the host sees the mount"


CASES = technique(
    "E61", "mounts that reach the host by rshared", kind="C", grant=ADMIN, host=shared,
    change=changes(bind(PLACE, "/m", "rbind", "rshared"), shares), proof=proof,
    allowed=controls(with_capabilities("SYS_ADMIN"), "rootfs: {propagation: shared}", "mounts: {propagation: shared}", NO_PROFILE))
