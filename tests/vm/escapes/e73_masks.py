"""E73: a file of the container's over /dev/null: what masks paths of /proc is then that file (the class of CVE-2025-31133)."""

import contextlib

from vm.escapes._parts import PLACE, bind, place
from vm.harness.escape import technique


@contextlib.contextmanager
def file(_):
    with place():
        (PLACE / "null").write_text("not null\n")
        yield


CASES = technique(
    "E73", "a bind mount over /dev/null, which masks paths", kind="C", grant=(), host=file, change=bind(PLACE / "null", "/dev/null"),
    proof="""
tries '/dev/null is the container own' grep -q 'not null' /dev/null
tries 'the mask of kcore is, too' grep -q 'not null' /proc/kcore
""",
    awaited="the mounts control")
