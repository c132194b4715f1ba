"""E28: userfaultfd, which holds the kernel in the middle of a copy: the helper of many exploits. 1 is UFFD_USER_MODE_ONLY."""

from vm.escapes._parts import NO_SECCOMP, with_calls
from vm.harness.escape import technique

CASES = technique(
    "E28", "userfaultfd", kind="C", grant=NO_SECCOMP, proof="reach userfaultfd 323:1", allowed=with_calls("userfaultfd"))
