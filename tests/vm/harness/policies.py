"""hardened as it stands in the VM: which runtimes dockerd knows, and the policy that each of them reads."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path("/usr/sbin/hardened-runtime")
POLICIES = Path("/etc/hardened")
NAMES = Path("/usr/local/sbin")
LOG = Path("/var/log/hardened/decisions.jsonl")
OWN = ("own", "other")
CAPTURED = Path("/run/world/captured.json")
CAPTURE = f"""#!/bin/sh
while [ $# -gt 0 ]; do
  [ "$1" = --bundle ] && cp "$2/config.json" {CAPTURED}
  shift
done
exit 1
"""


def put(name, text):
    place = POLICIES / f"{name}.yaml"
    place.write_text(text)
    place.chmod(0o644)


def hand_over(name, low_level):
    """What hardened-NAME hands over to; None: what it finds for itself, which is runc."""
    place = POLICIES / f"{name}.runtime"
    place.unlink(missing_ok=True)
    if low_level is not None:
        place.symlink_to(low_level)


def install():
    """{name: path} of all runtimes beside runc. `hardened` is installed already, by the steps of the README."""
    runtimes = {"hardened": PROGRAM, "bare-crun": Path("/usr/bin/crun")}
    for name in ("crun", "observe", "strict", *OWN):
        link = NAMES / f"hardened-{name}"
        link.symlink_to(PROGRAM)
        base = ROOT / f"config/{name}.yaml"
        put(name, base.read_text() if base.exists() else "version: 1\nextends: docker-default\n")
        runtimes[f"hardened-{name}"] = link
    hand_over("crun", "/usr/bin/crun")
    capture = NAMES / "capture"
    capture.write_text(CAPTURE)
    capture.chmod(0o755)
    runtimes["capture"] = capture
    return runtimes


def path_of(runtime):
    """The program that dockerd calls for the name."""
    known = {"runc": "/usr/sbin/runc", "hardened": PROGRAM, "bare-crun": "/usr/bin/crun"}
    return Path(known.get(runtime, NAMES / runtime))


def own_policy(name, text, low_level=None):
    if name not in OWN:
        raise AssertionError(f"a case's own policy is called one of {OWN}, not '{name}'")
    put(name, text)
    hand_over(name, low_level)
    return f"hardened-{name}"


def restore(name):
    put(name, "version: 1\nextends: docker-default\n")
    hand_over(name, None)

