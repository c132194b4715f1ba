"""E31: open_by_handle_at, which opens any inode of the host's file system ("shocker"). Without a handle: only reached."""

from vm.escapes._parts import POWERS, capabilities
from vm.harness.escape import technique

CASES = technique(
    "E31", "open_by_handle_at", kind="C", grant=POWERS,
    proof="reach open_by_handle_at 304:-1:0:0",
    allowed=capabilities("DAC_READ_SEARCH"))
