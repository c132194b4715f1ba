"""E62: a set-user-id program in a bind mount: it works for whoever finds it, there and on the host."""

import contextlib

from vm.escapes._parts import PLACE, bind, place
from vm.harness.escape import technique


@contextlib.contextmanager
def directory(_):
    with place():
        PLACE.chmod(0o755)
        yield


CASES = technique(
    "E62", "set-user-id programs in bind mounts", kind="C", grant=(), host=directory, change=bind(PLACE, "/s"),
    proof="""
cp /bin/calls /s/calls && chmod 4755 /s/calls
tries setuid su -s /bin/sh nobody -c '[ "$(/s/calls 105:0)" = 0 ]'
""",
    awaited="the mounts control")
