"""E30: io_uring, whose operations no seccomp filter sees."""

from vm.escapes._parts import NO_SECCOMP, with_calls
from vm.harness.escape import technique

CASES = technique(
    "E30", "io_uring_setup", kind="C", grant=NO_SECCOMP, proof="reach io_uring_setup 425:1:0", allowed=with_calls("io_uring_setup"))
