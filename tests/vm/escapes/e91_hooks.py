"""E91: fields that engines do not write, but a bundle may have: a hook, a program of the container's choice on the host."""

from pathlib import Path

from vm.escapes._parts import controls
from vm.harness.escape import technique

MADE = Path("/run/world/made-by-a-hook")


def change(spec):
    spec["hooks"] = {"createRuntime": [{"path": "/usr/bin/touch", "args": ["touch", str(MADE)]}]}


def proof(attempt):
    attempt.run("true")
    made = MADE.exists()
    MADE.unlink(missing_ok=True)
    return ("OPEN" if made else "SHUT") + " the hook ran on the host"


CASES = technique(
    "E91", "hooks", kind="C", grant=(), change=change, proof=proof,
    allowed=controls("hooks: {allow: [{path: /usr/bin/touch, stages: [createRuntime]}]}"))
