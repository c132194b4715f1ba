"""E33: ptrace on a process of the host. PTRACE_SEIZE of its init does not stop it, and ends with the caller.

The host's pid namespace itself is E54, and refused as that; the policy beside allows it and the capability.
"""

from vm.escapes._parts import NO_SECCOMP, capabilities
from vm.harness.escape import technique

CASES = technique(
    "E33", "ptrace on the host's processes", kind="C", grant=("--pid=host", "--cap-add=SYS_PTRACE", *NO_SECCOMP),
    proof="""
reach ptrace 101:0x4206:1:0:0
reads /proc/1/environ
""",
    allowed=capabilities("SYS_PTRACE", more=("namespaces: {pid: any}",)))
