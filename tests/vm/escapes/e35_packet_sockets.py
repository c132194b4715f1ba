"""E35, second part: AF_PACKET and AF_XDP, which Docker's own CAP_NET_RAW opens."""

from vm.harness.escape import technique

CASES = technique(
    "E35.packet", "AF_PACKET, AF_XDP", kind="S", grant=(),
    proof="""
reach AF_PACKET 41:17:3:0 97
reach AF_XDP 41:44:3:0 97
""")
