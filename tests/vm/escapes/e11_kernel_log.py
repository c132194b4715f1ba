"""E11: the host's kernel log, by its device and by syslog(2)."""

from vm.escapes._parts import NO_PROFILE, PRIVILEGED, controls, with_capabilities
from vm.harness.escape import technique

CASES = technique(
    "E11", "/dev/kmsg, syslog(2)", kind="C", grant=PRIVILEGED,
    proof="""
[ -e /dev/kmsg ] || mknod /dev/kmsg c 1 11
opens /dev/kmsg
reach syslog 103:10
""",
    allowed=controls('devices: {allow: [docker-default, "c 1:11 rwm"]}', with_capabilities("SYSLOG"), NO_PROFILE))
