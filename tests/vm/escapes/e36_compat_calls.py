"""E36: the 32-bit door. socketcall hides its arguments from filters, so that a family that socket() is refused can be had by it.

Asked with no arguments: EFAULT comes from behind the filter. A denial of the family by AppArmor would close it, too.
"""

from vm.harness.escape import technique

CASES = technique(
    "E36", "socketcall through int 0x80", kind="S", grant=(),
    proof="reach socketcall i386:102:1:0")
