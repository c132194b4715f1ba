"""E10: /dev/mem and /dev/port. Debian's kernel reads only the first megabyte of the former (STRICT_DEVMEM); no kernel has kmem."""

from vm.escapes._parts import PRIVILEGED, controls, with_capabilities
from vm.harness.escape import technique

CASES = technique(
    "E10", "/dev/mem, /dev/port", kind="C", grant=PRIVILEGED,
    proof="""
for node in 'mem 1 1' 'port 1 4'; do
  set -- $node
  [ -e /dev/$1 ] || mknod /dev/$1 c $2 $3
  opens /dev/$1
done
""",
    allowed=controls('devices: {allow: [docker-default, "c 1:1 rwm", "c 1:4 rwm"]}', with_capabilities("SYS_RAWIO")))
