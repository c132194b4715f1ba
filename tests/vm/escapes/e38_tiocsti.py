"""E38: TIOCSTI and TIOCLINUX, which type into a terminal that is shared with the host.

Made on what is no terminal: ENOTTY comes from behind the filter. The second spelling has a bit above an int (CVE-2019-10063).
"""

from vm.harness.escape import technique

CASES = technique(
    "E38", "TIOCSTI, TIOCLINUX", kind="S", grant=(),
    proof="""
reach TIOCSTI 16:0:0x5412:0
reach TIOCLINUX 16:0:0x541c:0
reach 'TIOCSTI with a bit above an int' 16:0:0x100005412:0
""")
