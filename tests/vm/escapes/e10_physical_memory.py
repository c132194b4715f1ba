"""E10: /dev/mem. Debian's kernel lets its first megabyte be read (STRICT_DEVMEM), and has neither kmem nor port."""

from vm.escapes._parts import NO_PROFILE, PRIVILEGED, controls, with_capabilities
from vm.harness.escape import technique

CASES = technique(
    "E10", "/dev/mem", kind="C", grant=PRIVILEGED,
    proof="""
[ -e /dev/mem ] || mknod /dev/mem c 1 1
opens /dev/mem
""",
    allowed=controls('devices: {allow: [docker-default, "c 1:1 rwm"]}', with_capabilities("SYS_RAWIO"), NO_PROFILE))
