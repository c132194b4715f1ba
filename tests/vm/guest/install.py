"""hardened comes into the VM by the very lines that the README tells a person: if those are wrong, nothing runs."""

import json
import re
import subprocess
import time
from pathlib import Path

from vm.harness import daemon, images, policies

SETTINGS = Path("/etc/docker/daemon.json")


def commands(readme):
    """Those of the README's chapter on use."""
    chapter = readme.partition("\n## Use it\n")[2].partition("\n## ")[0]
    found = re.search(r"^```(?:sh)?\n(.*?)^```$", chapter, re.MULTILINE | re.DOTALL)
    if found is None:
        raise AssertionError("the README's chapter 'Use it' has no commands")
    return found.group(1)


def install(tree):
    daemon.wait_for()
    done = subprocess.run(["sh", "-exc", commands((tree / "README.md").read_text())], cwd=tree, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise AssertionError(f"the README's commands fail: {done.stdout}{done.stderr}")
    settings = json.loads(SETTINGS.read_text())
    told = settings["runtimes"]["hardened"]["path"]
    if Path(told) != policies.PROGRAM:
        raise AssertionError(f"the README installs {policies.PROGRAM} and tells Docker {told}")
    Path("/run/world").mkdir(exist_ok=True)
    runtimes = policies.install()
    settings["runtimes"] |= {name: {"path": str(path)} for name, path in runtimes.items()}
    SETTINGS.write_text(json.dumps(settings, indent=2))
    subprocess.run(["systemctl", "reload", "docker"], check=True)
    _wait_for_runtimes(set(runtimes))
    images.box(daemon.Client(daemon.SOCKET))


def _wait_for_runtimes(names):
    for _ in range(1200):
        if names <= daemon.runtimes():
            return
        time.sleep(0.1)
    raise AssertionError(f"dockerd took no notice of {SETTINGS}")
