"""E09: the host's disk mounted: here the second one, which the host has mounted read-only already."""

from vm.escapes._parts import NO_APPARMOR, NO_PROFILE, controls, with_capabilities
from vm.harness.escape import technique

CASES = technique(
    "E09", "mounting a disk of the host", kind="C",
    grant=("--cap-add=SYS_ADMIN", "--device-cgroup-rule=b *:* rwm", NO_APPARMOR),
    proof="""
IFS=: read major minor </sys/block/vdb/dev
mknod /tmp/disk b $major $minor
tries 'mount the disk' mount -t ext4 -o ro /tmp/disk /mnt
umount /mnt 2>/dev/null
""",
    allowed=controls('devices: {allow: [docker-default, "b *:* rwm"]}', with_capabilities("SYS_ADMIN"),
                     NO_PROFILE))
