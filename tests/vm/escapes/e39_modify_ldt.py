"""E39, second part: modify_ldt, which Docker's profile allows: source of many bugs, needed by 16-bit programs alone. Only read."""

from vm.harness.escape import technique

CASES = technique(
    "E39.ldt", "modify_ldt", kind="S", grant=(), proof="reach modify_ldt 154:0:0:0")
