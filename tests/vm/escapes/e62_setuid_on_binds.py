"""E62: a set-user-id program in a bind mount: it works for whoever finds it, there and on the host."""

import contextlib

from vm.escapes._parts import PLACE, bind, place, raises
from vm.harness import images
from vm.harness.escape import technique


@contextlib.contextmanager
def directory(_):
    with place():
        PLACE.chmod(0o755)
        program = PLACE / "raise"
        program.write_bytes((images.TREE / "bin/calls").read_bytes())
        program.chmod(0o4755)
        yield


CASES = technique(
    "E62", "set-user-id programs in bind mounts", kind="S", grant=(), host=directory, change=bind(PLACE, "/s"),
    proof=raises("/s/raise"))
