"""E34: into the host's namespaces."""

from vm.escapes._parts import capabilities
from vm.harness.escape import technique

CASES = technique(
    "E34", "nsenter into the host's namespaces", kind="C", grant=("--privileged", "--pid=host"),
    proof="tries 'the namespaces of init' nsenter -t 1 -m -u -n /usr/bin/true",
    allowed=capabilities("SYS_ADMIN", "SYS_PTRACE", more=("namespaces: {pid: any}",)))
