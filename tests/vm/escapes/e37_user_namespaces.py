"""E37: bugs of the kernel that a user namespace brings into reach: its own network stack, with its own rules and routes."""

from vm.escapes._parts import NO_SECCOMP, with_calls
from vm.harness.escape import technique

CASES = technique(
    "E37", "a network stack in a user namespace of its own", kind="C", grant=NO_SECCOMP,
    proof="tries 'a user namespace with a network' unshare -Urn ip link set lo up",
    allowed=with_calls("unshare"))
