"""E83: another way to the same runtime: containerd's own client, and every other engine on the host."""

import shutil

from vm.escapes._parts import PLACE, place
from vm.harness import images
from vm.harness.escape import technique
from vm.harness.shell import TOOLS


def proof(attempt):
    with place():
        # A copy: nothing can be executed below /run.
        root = shutil.copytree(images.TREE, PLACE / "rootfs", symlinks=True)
        done = attempt.vm.command("ctr", "run", "--rm", "--privileged", "--rootfs", root, "escape",
                                  "/bin/sh", "-c", f"export PATH=/bin\n{TOOLS}mounts tmpfs\n", check=False)
    return done.stdout + done.stderr


CASES = technique(
    "E83", "ctr, podman and other engines", kind="D", grant=(), proof=proof,
    finds=r"(?m)^\w+ +other-engines +containerd listens on \S*/containerd\.sock")
