"""E82: --runtime=runc: dockerd always knows it, and hardened is never asked."""

from vm.escapes._parts import PRIVILEGED
from vm.harness.escape import by_docker, technique

CASES = technique(
    "E82", "--runtime=runc", kind="D", grant=PRIVILEGED, proof=by_docker("mounts tmpfs"),
    finds=r"(?m)^\w+ +stock-runtime\n  --runtime=runc .*start /usr/s?bin/runc")
