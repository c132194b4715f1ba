"""E92: set-user-id programs in an image: any user of the container becomes its root."""

import contextlib

from vm.escapes._parts import controls, raises
from vm.harness import images
from vm.harness.escape import technique

IMAGE = "setuid"


@contextlib.contextmanager
def image(_):
    program = images.derived(IMAGE) / "bin/raise"
    program.write_bytes((images.TREE / "bin/calls").read_bytes())
    program.chmod(0o4755)
    yield


CASES = technique(
    "E92", "set-user-id programs in images", kind="S", grant=(), image=IMAGE, host=image, proof=raises("/bin/raise"),
    tightened=controls("no_new_privileges: {required: true}"))
