"""E02: E01 without a capability: a user namespace of one's own gives them all.

Since Linux 5.17 a hierarchy is made, and its release_agent written, in the initial namespaces alone, so what is left to show is
that the namespace comes with the right to mount.
"""

from vm.escapes._parts import NO_SECCOMP, with_calls
from vm.harness.escape import technique

CASES = technique(
    "E02", "mounts in a user namespace of its own", kind="C", grant=NO_SECCOMP,
    proof="tries 'mount in a new user namespace' unshare -Urm mount -t tmpfs none /mnt",
    allowed=with_calls("unshare", "mount"))
