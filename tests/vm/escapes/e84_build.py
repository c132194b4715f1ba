"""E84: docker build: its steps run under the daemon's default runtime, BuildKit's under the runc on its PATH."""

import re

from vm.escapes._parts import PLACE, place
from vm.harness.escape import technique
from vm.harness.shell import TOOLS


def proof(attempt):
    with place():
        (PLACE / "tools").write_text(TOOLS + "tries 'no limit of tasks, by hardened' sh -c '[ $(cat /sys/fs/cgroup/pids.max) != 4096 ]'\n")
        (PLACE / "Dockerfile").write_text("FROM box\nCOPY tools /tools\nRUN sh /tools\n")
        done = attempt.vm.docker("build", "--no-cache", "--network=none", str(PLACE), check=False)
    # BuildKit writes the step and the time before each line.
    return re.sub(r"(?m)^#\d+ [0-9.]+ ", "", done.stdout + done.stderr)


CASES = technique(
    "E84", "docker build", kind="D", grant=(), proof=proof,
    finds=r"(?m)^\w+ +build-runtime\n  docker build")
