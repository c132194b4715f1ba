"""E92: set-user-id programs in an image: any user of the container becomes its root."""

from vm.harness.escape import technique

CASES = technique(
    "E92", "set-user-id programs in images", kind="S", grant=(),
    proof="""
cp /bin/calls /bin/raise && chmod 4755 /bin/raise
tries setuid su -s /bin/sh nobody -c '[ "$(/bin/raise 105:0)" = 0 ]'
""")
