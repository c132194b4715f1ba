"""E94: the environment of the runtime: a library of the caller's in a program that is root. Shown by the loader's complaint.

Asked with a call that hardened answers itself. The low-level runtime behind it takes the environment as it comes, from root alone.
"""

import os

from vm.harness.escape import technique
from vm.harness.policies import path_of


def proof(attempt):
    done = attempt.vm.command(path_of(attempt.runtime), "restore", "escape", check=False,
                              env=os.environ | {"LD_PRELOAD": "/nonexistent.so"})
    return ("OPEN" if "/nonexistent.so" in done.stderr else "SHUT") + f" {done.stderr}"


CASES = technique("E94", "LD_PRELOAD of the runtime", kind="C", grant=(), proof=proof)
