"""E31: open_by_handle_at, which opens any inode of the host's file system ("shocker"). Without a handle: only reached."""

from vm.escapes._parts import NO_APPARMOR, capabilities
from vm.harness.escape import technique

CASES = technique(
    "E31", "open_by_handle_at", kind="C", grant=("--cap-add=DAC_READ_SEARCH", NO_APPARMOR),
    proof="reach open_by_handle_at 304:-1:0:0",
    allowed=capabilities("DAC_READ_SEARCH"))
