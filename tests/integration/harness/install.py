"""hardened as it stands on a host: the policies in /etc/hardened, and one name a policy."""

import os
import shutil
from pathlib import Path

from .engine import need_world

ROOT = Path(__file__).resolve().parents[3]
BINARY = Path(os.environ.get("HARDENED_RUNTIME", ROOT / "build/release/hardened-runtime"))
POLICIES = Path("/etc/hardened")
NAMES = Path("/run/world/bin")


def install(*names):
    """{"hardened": path, "hardened-observe": path, ...}: policy.yaml, and config/NAME.yaml for each name.

    A link hardened-NAME reads /etc/hardened/NAME.yaml; the program itself reads policy.yaml."""
    need_world()
    if not os.access(BINARY, os.X_OK):
        raise SystemExit(f"{BINARY} is not there: build it first (scripts/test integration does)")
    NAMES.mkdir(parents=True, exist_ok=True)
    put_policy("policy", ROOT / "config/policy.yaml")
    runtimes = {"hardened": BINARY}
    for name in names:
        put_policy(name, ROOT / f"config/{name}.yaml")
        runtimes[f"hardened-{name}"] = link(name)
    return runtimes


def link(name):
    path = NAMES / f"hardened-{name}"
    path.unlink(missing_ok=True)
    path.symlink_to(BINARY)
    return path


REFUSING = """\
version: 1
extends: docker-default
controls:
  capabilities: {on_excess: refuse}
  pids: {on_excess: refuse}
"""


def put_policy(name, source=None, text=None):
    """As an administrator would: root's, and readable by all."""
    POLICIES.mkdir(mode=0o755, exist_ok=True)
    place = POLICIES / f"{name}.yaml"
    if text is None:
        shutil.copyfile(source, place)
    else:
        place.write_text(text)
    place.chmod(0o644)
    return place
