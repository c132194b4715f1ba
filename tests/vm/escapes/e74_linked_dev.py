"""E74: an image whose /dev is a link: the runtime makes its links there by a path that it takes for the container's (CVE-2026-41579).

The link leads to an empty directory of this case's; what is found in it afterwards was made on the host.
"""

import contextlib
import shutil

from vm.escapes._parts import PLACE, place
from vm.harness import images
from vm.harness.escape import Refused, technique

IMAGE = "linked-dev"


@contextlib.contextmanager
def image(_):
    tree = images.derived(IMAGE)
    with place():
        (PLACE / "dev").mkdir()
        shutil.rmtree(tree / "dev")
        (tree / "dev").symlink_to(PLACE / "dev")
        yield


def proof(attempt):
    # Whether it starts in the end is another matter.
    with contextlib.suppress(Refused):
        attempt.run("true")
    made = sorted(one.name for one in (PLACE / "dev").iterdir())
    for one in (PLACE / "dev").iterdir():
        one.unlink()
    return (f"OPEN on the host: {' '.join(made)}" if made else "SHUT nothing on the host")


CASES = technique(
    "E74", "an image whose /dev is a link", kind="C", grant=(), image=IMAGE, host=image, proof=proof)
