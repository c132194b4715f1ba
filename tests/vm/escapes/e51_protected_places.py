"""E51: directories of the host from which it is a step to all of it."""

from vm.escapes._parts import bind, changes
from vm.harness.escape import technique

PLACES = ("/etc", "/root", "/boot", "/usr", "/lib/modules", "/var/lib/docker", "/var/spool", "/run/systemd",
          "/run/udev", "/run/dbus", "/var/log", "/dev", "/proc", "/sys", "/sys/fs/cgroup")

CASES = technique(
    "E51", "-v of /etc, /root, /usr, /var/lib/docker, /dev, /proc, /sys, …", kind="C", grant=(),
    change=changes(*(bind(place, "/v" + place) for place in PLACES)),
    proof="\n".join(f"tries {place} test -w /v{place}" for place in PLACES))
