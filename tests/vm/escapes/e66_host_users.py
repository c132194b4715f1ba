"""E66: root of the container is root of the host: no user namespace, which Docker has only where its daemon is told to."""

from vm.harness.escape import technique

CASES = technique(
    "E66", "the host's user namespace", kind="S", grant=("--userns=host",),
    proof="tries 'root is root' sh -c '[ $(id -u) = 0 ] && [ \"$(echo $(cat /proc/self/uid_map))\" = \"0 0 4294967295\" ]'")
