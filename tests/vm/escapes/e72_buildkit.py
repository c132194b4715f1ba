"""E72: BuildKit before 0.12.5 (CVE-2024-23651 to -23653): what it runs is under dockerd's own runtime, in its own way.

Shown by the engine's version: Docker has the mended one since 25.0.2; the notes of 24.0.9 say that it is without.
"""

from vm.harness import APPARMOR
from vm.harness.escape import technique


def proof(attempt):
    version = attempt.vm.docker("version", "--format", "{{.Server.Version}}").stdout.strip()
    old = tuple(map(int, version.split("+")[0].split("."))) < (25, 0, 2)
    return ("OPEN" if old else "SHUT") + f" Docker {version}"


CASES = technique(
    "E72", "BuildKit's cache mounts and insecure builds", kind="D", grant=(), proof=proof,
    finds=r"(?m)^\w+ +buildkit-version\n  .*CVE-2024-23651",
    boots=(APPARMOR,))
