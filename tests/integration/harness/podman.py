"""podman, with its storage in the private world.

    podman = Podman()
    podman.run("--cap-add=SYS_ADMIN", runtime=BINARY)        a box that shows its status
    podman("exec", box, "id", runtime=BINARY, before=("--hooks-dir", place))
"""

import os
import re
import subprocess

from .engine import busybox_tree

CGROUP = os.environ.get("HARDENED_CGROUP", "")
SHOW = ("/bin/cat", "/proc/self/status")


def run(*command, timeout=60, stdin=None):
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout,
                          stdin=stdin or subprocess.DEVNULL)


def held(status):
    if "CapBnd" not in status:
        raise AssertionError(f"no process told its status: '{status}'")
    return {key: re.search(rf"^{key}:\s*(\w+)", status, re.MULTILINE).group(1) for key in ("CapBnd", "CapPrm", "Seccomp")}


def names(status):
    return int(held(status)["CapPrm"], 16).bit_count()


class Podman:
    def __init__(self):
        tree = busybox_tree("/run/world/box")
        subprocess.run(f"tar -C {tree} -c . >/run/world/box.tar", shell=True, check=True)
        done = self("import", "/run/world/box.tar", "box")
        assert done.returncode == 0, done.stderr

    def __call__(self, *words, runtime=None, before=()):
        return run("podman", "--cgroup-manager=cgroupfs", "--root", "/var/lib/containers/storage", "--runroot", "/run/containers/storage",
                   "--tmpdir", "/run/world/podman", "--events-backend=file",
                   *(("--runtime", str(runtime)) if runtime else ()), *before, *words)

    def run(self, *options, runtime, command=SHOW, first="--rm", before=()):
        return self("run", first, "--network=none", "--ulimit=host", f"--cgroup-parent={CGROUP}/podman", *options,
                    "box", *command, runtime=runtime, before=before)
