"""E80: annotations that runc hands to systemd as properties of the container's unit (SuccessAction=poweroff-force). Here a time-out."""

from vm.escapes._parts import controls
from vm.harness.escape import technique


def change(spec):
    spec.setdefault("annotations", {})["org.systemd.property.TimeoutStopUSec"] = "uint64 123000000"


def proof(attempt):
    unit = f"hardened-{attempt.box().id}.scope"
    said = attempt.vm.command("systemctl", "show", "--property=TimeoutStopUSec", unit).stdout.strip()
    return ("OPEN" if said.endswith("=2min 3s") else "SHUT") + f" {said}"


CASES = technique(
    "E80", "annotations that reach systemd", kind="C", grant=(), change=change, proof=proof,
    allowed=controls("annotations: {on_excess: observe}"))
