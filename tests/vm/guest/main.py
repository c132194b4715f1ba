#!/usr/bin/python3
"""Process of the unit hardened-vm.service: installs hardened in the VM, then does what job.json says."""

import json
import os
import subprocess
import sys
import tty
from pathlib import Path

TREE = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(TREE / "tests"), str(TREE / "tests/vm")]
sys.dont_write_bytecode = True
os.environ |= {"HARDENED_WORLD": "vm", "HARDENED_CGROUP": "/hardened-vm", "HARDENED_SOCKET": "/run/docker.sock",
               "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}

from guest import install, runner  # noqa: E402

RESULTS = "/dev/ttyS1"
READY = Path("/run/hardened-vm.ready")


class Line:
    """The second serial line: one JSON object a line, to the host."""

    def __init__(self):
        self.descriptor = os.open(RESULTS, os.O_WRONLY | os.O_NOCTTY)
        tty.setraw(self.descriptor)

    def __call__(self, message):
        text = (json.dumps(message) + "\n").encode()
        while text:
            text = text[os.write(self.descriptor, text):]


def command(job, tell):
    """A command of a developer's: what it prints goes to the host as it comes."""
    with subprocess.Popen(job["words"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
        while piece := os.read(child.stdout.fileno(), 4096):
            tell({"event": "output", "text": piece.decode(errors="replace")})
    tell({"event": "exit", "status": child.returncode})


def main():
    job = json.loads((TREE / "job.json").read_text())
    tell = Line()
    tell({"event": "up", "seconds": float(Path("/proc/uptime").read_text().split()[0])})
    try:
        install.install(TREE)
        tell({"event": "installed", "seconds": float(Path("/proc/uptime").read_text().split()[0])})
        READY.touch()
        if job["do"] == "suite":
            runner.run(job, tell)
        elif job["do"] == "command":
            command(job, tell)
    except BaseException as error:  # noqa: BLE001  whatever it is, the host hears of it
        tell({"event": "broken", "why": f"{type(error).__name__}: {error}"})
        READY.write_text(f"hardened could not be installed: {error}\n")
    if job["do"] != "shell":
        tell({"event": "done"})
        # Nothing is worth a flush: what the disks were told is forgotten with the machine.
        subprocess.run(["systemctl", "poweroff", "--force", "--force"], check=False)


main()
