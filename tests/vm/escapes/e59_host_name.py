"""E59: the host's name, set to what it is."""

from vm.escapes._parts import ADMIN, capabilities
from vm.harness.escape import technique

CASES = technique(
    "E59", "the host's name by --uts=host", kind="C", grant=("--uts=host", *ADMIN),
    proof='tries sethostname hostname "$(hostname)"',
    allowed=capabilities("SYS_ADMIN", more=("namespaces: {uts: any}",)))
