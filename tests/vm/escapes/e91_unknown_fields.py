"""E91, second part: a field that this version does not know, such as the next specification brings (netDevices once was one)."""

from vm.harness.escape import technique


def change(spec):
    spec["linux"]["somethingNew"] = {"eth0": {}}


CASES = technique(
    "E91.unknown", "fields that nobody knows yet", kind="C", grant=(), change=change, proof="echo OPEN it passed",
    allowed="unknown_fields: record")
