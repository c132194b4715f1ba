"""What the cases of the VM share. tests/vm/README.md says how to write one.

    from vm.harness import EVERY, case, equal, holds, matches
"""

from .cases import APPARMOR, CONFINED, EVERY, NO_APPARMOR, Awaited, Case, case
from .checks import below, equal, holds, matches

__all__ = ["APPARMOR", "Awaited", "CONFINED", "Case", "EVERY", "NO_APPARMOR", "below", "case", "equal", "holds", "matches"]
