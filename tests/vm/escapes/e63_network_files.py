"""E63: /etc/hosts and its like are files of dockerd's data root, writable and under no quota."""

from vm.harness.escape import by_docker, technique

CASES = technique(
    "E63", "writable hosts, hostname, resolv.conf", kind="S", grant=(),
    proof=by_docker("""
writes /etc/hosts
writes /etc/hostname
writes /etc/resolv.conf
"""),
    awaited="strict.yaml")
