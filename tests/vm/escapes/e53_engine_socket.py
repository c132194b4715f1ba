"""E53: the engine's socket: by its name, by its directory, by another name (a bind mount of it)."""

import contextlib
import subprocess

from vm.escapes._parts import PLACE, bind, changes, place
from vm.harness.escape import technique


@contextlib.contextmanager
def other_name(_):
    with place():
        (PLACE / "innocent").touch()
        subprocess.run(["mount", "--bind", "/run/docker.sock", PLACE / "innocent"], check=True)
        yield


CASES = technique(
    "E53", "docker.sock and containerd.sock, by any name", kind="C", grant=(), host=other_name,
    change=changes(bind("/run/docker.sock", "/s"), bind("/run", "/r"), bind(PLACE / "innocent", "/i")),
    proof="""
for name in /s /r/docker.sock /r/containerd/containerd.sock /i; do
  tries $name test -S $name -a -w $name
done
""")
