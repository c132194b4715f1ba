"""E63: /etc/hosts and its like are files of dockerd's data root, writable and under no quota. As dockerd writes the request."""

import contextlib
import shutil
from pathlib import Path

from vm.escapes._parts import bind, changes
from vm.harness.escape import technique

OWN, NAMES = Path("/var/lib/docker/containers/escape"), ("hosts", "hostname", "resolv.conf")


@contextlib.contextmanager
def files(_):
    OWN.mkdir()
    try:
        for name in NAMES:
            (OWN / name).touch()
        yield
    finally:
        shutil.rmtree(OWN)


CASES = technique(
    "E63", "writable hosts, hostname, resolv.conf", kind="S", grant=(), host=files,
    change=changes(*(bind(OWN / name, f"/etc/{name}", "rbind", "rprivate") for name in NAMES)),
    proof="\n".join(f"writes /etc/{name}" for name in NAMES))
