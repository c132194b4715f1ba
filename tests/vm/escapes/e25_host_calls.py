"""E25: calls that change the host: another kernel, reboot, swap, accounting, ports, quotas, roots.

Each has arguments that the kernel refuses once the caller may make the call: no magic number, no path, an unknown flag.
"""

from vm.escapes._parts import PRIVILEGED, with_calls, with_capabilities
from vm.harness.escape import technique

CASES = technique(
    "E25", "kexec_load, reboot, swapon, acct, iopl, ioperm, quotactl, pivot_root", kind="C", grant=PRIVILEGED,
    proof="""
reach kexec_load 246:0:0:0:0xff
reach reboot 169:0:0:0:0
reach swapon 167:0:0
reach acct 163:1
reach iopl 172:3
reach ioperm 173:0x80:1:1
reach quotactl 179:0:0:0:0
reach pivot_root 155:0:0
""",
    allowed=with_calls("kexec_load", "swapon", "pivot_root", more=(with_capabilities("SYS_BOOT", "SYS_ADMIN", "SYS_PACCT", "SYS_RAWIO"),)))
