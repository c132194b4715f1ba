"""E35: families of sockets that bring large parts of the kernel into reach: AF_ALG (CVE-2026-31431), AF_VSOCK, AF_KEY.

This kernel has no AF_RXRPC, AF_CAN and AF_TIPC: it says so (errno 97) behind the door and before it alike. AF_KEY asks for
CAP_NET_ADMIN, which the container asks for. AF_PACKET and AF_XDP are e35_packet_sockets.
"""

from vm.escapes._parts import NO_SECCOMP, with_calls, with_capabilities
from vm.harness.escape import technique

CASES = technique(
    "E35", "AF_ALG, AF_VSOCK, AF_KEY", kind="C", grant=("--cap-add=NET_ADMIN", *NO_SECCOMP),
    proof="""
reach AF_ALG 41:38:5:0 97
reach AF_VSOCK 41:40:1:0 97
reach AF_KEY 41:15:3:2 97
reach 'AF_ALG with a bit above an int' 41:0x100000026:5:0 97
""",
    allowed=with_calls("socket", more=(with_capabilities("NET_ADMIN"),)))
