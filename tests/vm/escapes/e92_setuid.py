"""E92: set-user-id programs in an image: any user of the container becomes its root."""

from vm.escapes._parts import controls
from vm.harness.escape import technique

CASES = technique(
    "E92", "set-user-id programs in images", kind="S", grant=(),
    proof="""
cp /bin/calls /bin/raise && chmod 4755 /bin/raise
tries setuid su -s /bin/sh nobody -c '[ "$(/bin/raise 105:0)" = 0 ]'
""",
    tightened=controls("no_new_privileges: {required: true}"), awaited="strict.yaml")
