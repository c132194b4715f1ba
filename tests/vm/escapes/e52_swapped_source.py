"""E52: a source that names something else when it is mounted: a link of a user's to /."""

import contextlib

from vm.escapes._parts import PLACE, bind, place
from vm.harness.escape import technique


@contextlib.contextmanager
def link(_):
    with place():
        (PLACE / "x").symlink_to("/")
        yield


CASES = technique(
    "E52", "a bind source that is a link to /", kind="C", grant=(), host=link, change=bind(PLACE / "x", "/h"),
    proof="reads /h/etc/shadow")
