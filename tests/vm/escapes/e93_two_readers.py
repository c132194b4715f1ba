"""E93: a request that two readers take differently: Go takes a key in any case, so that runc sees the second of these."""

import copy

from vm.harness.escape import technique


def change(spec):
    spec["process"]["Capabilities"] = more = copy.deepcopy(spec["process"]["capabilities"])
    for names in more.values():
        names.append("CAP_SYS_ADMIN")


CASES = technique(
    "E93", "a key spelt twice", kind="C", grant=(), change=change,
    proof="tries CAP_SYS_ADMIN sh -c '[ $((0x$(grep CapEff /proc/self/status | cut -f 2) >> 21 & 1)) = 1 ]'")
