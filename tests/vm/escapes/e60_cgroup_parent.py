"""E60: out of the slice that bounds all containers together: --cgroup-parent. Read on the host."""

from pathlib import Path

from vm.escapes._parts import controls
from vm.harness.escape import technique


def root_slice(spec):
    _, prefix, name = spec["linux"]["cgroupsPath"].split(":")
    spec["linux"]["cgroupsPath"] = f"-.slice:{prefix}:{name}"


def proof(attempt):
    group = Path(f"/proc/{attempt.box().process.pid}/cgroup").read_text().strip()
    return ("SHUT" if group.startswith("0::/system.slice/") else "OPEN") + f" it runs in {group}"


CASES = technique(
    "E60", "--cgroup-parent=-.slice", kind="C", grant=(), change=root_slice, proof=proof,
    allowed=controls("resources: {cgroup_parents: [/]}"))
