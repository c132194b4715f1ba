"""E24: loading modules into the host's kernel. Asked with no file: anything but EPERM comes from behind the check."""

from vm.escapes._parts import POWERS, capabilities
from vm.harness.escape import technique

CASES = technique(
    "E24", "init_module, finit_module", kind="C", grant=POWERS,
    proof="""
reach finit_module 313:-1:0:0
reach init_module 175:0:0:0
""",
    allowed=capabilities("SYS_MODULE"))
