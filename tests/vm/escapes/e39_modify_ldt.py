"""E39, second part: modify_ldt, which Docker's profile allows: source of many bugs, needed by 16-bit programs alone. Only read."""

from vm.escapes._parts import without_calls
from vm.harness.escape import technique

CASES = technique(
    "E39.ldt", "modify_ldt", kind="S", grant=(), proof="reach modify_ldt 154:0:0:0",
    tightened=without_calls("modify_ldt"), awaited="strict.yaml")
