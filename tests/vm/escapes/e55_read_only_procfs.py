"""E55: the same through a volume that is a procfs, read-only: that holds for procfs, not for what its links lead to."""

import contextlib
import subprocess

from vm.escapes._parts import PLACE, bind, place, victim
from vm.harness.escape import technique


@contextlib.contextmanager
def procfs(_):
    """As dockerd mounts a volume of the type proc."""
    with place():
        subprocess.run(["mount", "-t", "proc", "proc", PLACE], check=True)
        yield


CASES = technique(
    "E55", "another container's files by a read-only procfs", kind="C", grant=(), host=procfs,
    change=bind(PLACE, "/hp", "rbind", "rprivate", "ro"),
    proof=victim("""
reads /hp/{pid}/root/tmp/secret
writes /hp/{pid}/root/tmp/secret
"""))
