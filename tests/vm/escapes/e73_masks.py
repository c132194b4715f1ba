"""E73: a file of the container's over /dev/null: what masks paths of /proc is then that file (the class of CVE-2025-31133).

hardened reads the masks back before the container's own code runs, and ends one that has none. That /dev/null can be mounted over
at all is for the mounts control. runc 1.1 takes the file for the container's null device, and a pipe on its standard output for
the same, so that what is printed goes there; hence the answers go by a directory.
"""

import contextlib

from vm.escapes._parts import PLACE, bind, changes, place
from vm.harness.escape import Refused, technique


@contextlib.contextmanager
def file(_):
    with place():
        (PLACE / "null").write_text("not null\n")
        yield


def proof(attempt):
    said = PLACE / "said"
    said.unlink(missing_ok=True)
    why = ""
    try:
        attempt.run("""
{
  tries '/dev/null is no device' [ -f /dev/null ]
  tries 'what masks kcore is no device' [ -f /proc/kcore ]
} >/s/said
""")
    except Refused as refused:
        why = str(refused)
    return said.read_text() if said.exists() else f"SHUT nothing ran: {why}"


CASES = technique(
    "E73", "a bind mount over /dev/null, which masks paths", kind="C", grant=(), host=file,
    change=changes(bind(PLACE / "null", "/dev/null"), bind(PLACE, "/s")), proof=proof)
