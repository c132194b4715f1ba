"""E57: the host's network: its abstract sockets, its loopback, its neighbours. Shown by the list of the host's sockets."""

from vm.escapes._parts import controls
from vm.harness.escape import technique

CASES = technique(
    "E57", "--net=host", kind="C", grant=("--net=host",),
    proof="tries 'the sockets of the host' grep -q docker.sock /proc/net/unix",
    allowed=controls("namespaces: {network: any}"))
