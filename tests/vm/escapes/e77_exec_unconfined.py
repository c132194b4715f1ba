"""E77: exec without the container's AppArmor profile: exec --privileged asks for that, too. Where the kernel has no AppArmor there is no
such profile, and runc refuses to set one."""

from vm.escapes._parts import NO_PROFILE, controls
from vm.harness import CONFINED
from vm.harness.escape import technique


def proof(attempt):
    label = attempt.box().exec("cat", "/proc/self/attr/current", options=("--apparmor", "unconfined"), check=True).stdout.strip()
    return ("OPEN" if label == "unconfined" else "SHUT") + f" its label is {label}"


CASES = technique(
    "E77", "exec without AppArmor", kind="C", grant=(), proof=proof, allowed=controls(NO_PROFILE), boots=CONFINED)
