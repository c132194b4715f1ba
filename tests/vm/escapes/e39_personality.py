"""E39: personality(ADDR_NO_RANDOMIZE), which makes exploits easy."""

from vm.escapes._parts import NO_SECCOMP, with_calls
from vm.harness.escape import technique

CASES = technique(
    "E39", "personality(ADDR_NO_RANDOMIZE)", kind="C", grant=NO_SECCOMP,
    proof="reach personality 135:0x40000", allowed=with_calls("personality"))
