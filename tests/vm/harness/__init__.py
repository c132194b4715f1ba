"""What the cases of the VM share. tests/vm/README.md says how to write one.

    from vm.harness import BOTH, case, equal, holds, matches
"""

from .cases import APPARMOR, BOTH, NO_APPARMOR, Awaited, Case, case
from .checks import below, equal, holds, matches

__all__ = ["APPARMOR", "BOTH", "NO_APPARMOR", "Awaited", "Case", "below", "case", "equal", "holds", "matches"]
