"""E85: a managed plugin, which gets the capabilities and devices that it asks for (CVE-2026-33997). Made, not enabled."""

import contextlib
import json
import shutil

from vm.escapes._parts import PLACE, place
from vm.harness import images
from vm.harness.escape import technique

ASKS = {"description": "asks for everything", "documentation": "", "entrypoint": ["/bin/true"], "network": {"type": "host"},
        "interface": {"types": ["docker.volumedriver/1.0"], "socket": "escape.sock"},
        "linux": {"capabilities": ["CAP_SYS_ADMIN"], "allowAllDevices": True, "devices": None}, "mounts": [], "env": [],
        "args": {"name": "", "description": "", "settable": None, "value": []}, "workdir": "/", "propagatedMount": "", "pidhost": True}


@contextlib.contextmanager
def plugin(vm):
    """It is there until doctor has looked."""
    try:
        yield
    finally:
        vm.docker("plugin", "rm", "--force", "escape", check=False)


def proof(attempt):
    with place():
        shutil.copytree(images.TREE, PLACE / "rootfs", symlinks=True)
        (PLACE / "config.json").write_text(json.dumps(ASKS))
        done = attempt.vm.docker("plugin", "create", "escape", str(PLACE), check=False)
    return ("OPEN" if done.returncode == 0 else "SHUT") + f" {done.stdout}{done.stderr}"


CASES = technique(
    "E85", "managed plugins", kind="D", grant=(), proof=proof, host=plugin,
    finds=r"(?m)^\w+ +managed-plugins\n(  .*\n)*  the managed plugin escape\S* is installed and asked for CAP_SYS_ADMIN, all devices")
