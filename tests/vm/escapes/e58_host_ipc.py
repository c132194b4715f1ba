"""E58: the host's shared memory."""

import contextlib
from pathlib import Path

from vm.escapes._parts import controls
from vm.harness.escape import technique

SECRET = Path("/dev/shm/escape")


@contextlib.contextmanager
def secret(_):
    SECRET.write_text("secret\n")
    try:
        yield
    finally:
        SECRET.unlink()


CASES = technique(
    "E58", "--ipc=host", kind="C", grant=("--ipc=host",), host=secret,
    proof=f"""
reads {SECRET}
writes {SECRET}
""",
    allowed=controls("namespaces: {ipc: any}", "mounts: {allow: [/dev/shm]}"))
