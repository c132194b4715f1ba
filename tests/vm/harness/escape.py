"""A technique of escape, as three expectations.

    CASES = technique(
        "E01", "release_agent of a cgroup hierarchy of its own", kind="C",
        grant=("--cap-add=SYS_ADMIN", "--security-opt=apparmor=unconfined"),
        proof="mkdir /tmp/c; mount -t cgroup -o rdma c /tmp/c && test -w /tmp/c/release_agent && echo OPEN",
        bare=OPEN,                     under bare runc; ABSENT where this kernel does not have it: then nothing is asked of bare
        hardened=CLOSED,               under the shipped policy; for kind S: strict=CLOSED, and hardened=OPEN
        allowed="version: 1\n…",       OPEN again under a policy that allows exactly this; None where that makes no sense
        awaited="the mounts control")  what must be built before `hardened` can hold; the row then says "awaited"

`proof` is a script for busybox' sh (image="python": with python3 and glibc) whose output has the word OPEN when the door is
open, and which does no harm when it is: it opens for writing and writes nothing. A refusal to start counts as closed.
Each expectation costs one container: with through="direct" (below one second each) or "docker".
"""

from integration.harness.engine import Refused

from .cases import APPARMOR, Case
from .checks import equal, holds

OPEN, CLOSED, ABSENT = "open", "closed", "absent"


def technique(identity, what, *, kind, grant, proof, bare=OPEN, hardened=CLOSED, strict=None, allowed=None, awaited="",
              image="box", through="direct", boots=(APPARMOR,), limit=300):
    def body(vm):
        expected = {"runc": bare, "hardened": hardened, "hardened-strict": strict, "allowed": OPEN if allowed else None}
        seen = {}
        try:
            for runtime, state in expected.items():
                if state in (None, ABSENT):
                    continue
                name = vm.own(allowed) if runtime == "allowed" else runtime
                seen[runtime], why = attempt(vm, name, grant, proof, image, through)
                equal(seen[runtime], state, f"{identity} under {runtime}: {why}")
            holds("hardened" in seen, "hardened was tried")
        finally:
            vm.row("escapes", id=identity, kind=kind, technique=what, bare=seen.get("runc", ABSENT), hardened=seen.get("hardened", ""),
                   strict=seen.get("hardened-strict", ""), allowed=seen.get("allowed", ""), awaited=awaited)
    return [Case("", body, boots=boots, limit=limit, awaited=awaited)]


def attempt(vm, runtime, grant, proof, image="box", through="direct"):
    """(open or closed, what it printed)."""
    command = ("sh", "-c", proof + "\n")
    if through == "direct":
        box = vm.direct(runtime, *grant, command=command, image=image)
        printed = box.wait() if box.created else box.refusal
    else:
        try:
            done = vm.run(runtime, *command, options=grant, image=vm.image(image), check=False)
            printed = done.stdout + done.stderr
        except Refused as refused:
            printed = refused.words
    return (OPEN if "OPEN" in printed.split() else CLOSED), printed.strip()
