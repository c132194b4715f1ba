"""E29: keyrings, which are in no namespace: those of the same uid on the host are in reach."""

from vm.escapes._parts import NO_SECCOMP, with_calls
from vm.harness.escape import technique

CASES = technique(
    "E29", "keyctl, add_key, request_key", kind="C", grant=NO_SECCOMP,
    proof="""
reach keyctl 250:0:-4:1
reach add_key 248:0:0:0:0:0
reach request_key 249:0:0:0:0
""",
    allowed=with_calls("keyctl", "add_key", "request_key"))
