"""The VM as a case sees it: a host with dockerd, podman, runc and crun, on which hardened is installed.

    box = vm.start("hardened", "--privileged")     a container of docker's, removed when the case ends
    box.process.seccomp                            2; the kernel's word (tests/integration/harness/kernel.py)
    box.exec("cat", "/proc/self/status", options=("--privileged",))
    vm.docker("update", "--pids-limit", "-1", box.id)
    vm.records(box.id)                             lines of the decision log that this case caused
    vm.own("version: 1\nextends: observe\n")       "hardened-own", a runtime with this policy
    vm.direct("hardened", "--cap-add=ALL")         the same request without docker (vm.harness.direct)
    vm.row("escapes", id="E01", bare="open")       a line of a table that the host prints at the end
"""

import contextlib
import functools
import json
import subprocess
import time
from pathlib import Path

from integration.harness.engine import FOREVER, IMAGE, Container
from integration.harness.kernel import Process

from . import daemon, images
from .cases import CONFINED
from .direct import Direct
from .policies import LOG, own_policy, restore


class Box(Container):
    """A container of docker's. Its first process is asked for once: it does not change."""

    @functools.cached_property
    def process(self):
        return Process(self.docker.inspect(self.id, "{{json .State.Pid}}"))

    def label(self, pid=None):
        """AppArmor's: "docker-default (enforce)"."""
        return Path(f"/proc/{pid or self.process.pid}/attr/apparmor/current").read_text().strip()


class Machine:
    def __init__(self, boot, tell):
        self.boot = boot
        self.docker = daemon.Client(daemon.SOCKET)
        self._tell = tell
        self._at_end = contextlib.ExitStack()
        self._log_began = LOG.stat().st_size if LOG.exists() else 0

    @property
    def confines(self):
        """Whether the kernel of this boot has AppArmor."""
        return self.boot in CONFINED

    # Containers.

    def start(self, runtime, *options, command=("sh", "-c", FOREVER), image=IMAGE, network="none"):
        """A running container; raises integration.harness.engine.Refused with docker's words where there is none.
        A network of its own costs two seconds more, so it has to be asked for: network="bridge"."""
        chosen = () if network is None else (f"--network={network}",)
        return Box(self.docker, self.docker.start(runtime, *chosen, *options, command=command, image=image).id)

    def run(self, runtime, *words, options=(), image=IMAGE, network="none", check=True):
        """docker run --rm; what it printed is .stdout."""
        return self.docker("run", "--rm", f"--network={network}", "--runtime", runtime, *options, image, *words, check=check)

    def direct(self, runtime, *options, **more):
        """A container made by calling the runtime with what dockerd would ask for: a fifth of the time."""
        return self._at_end.enter_context(Direct(runtime, options, self.docker, **more))

    def said(self, runtime, *options, **more):
        """What a container's command prints, or the runtime in its place: `run` of the runtime, the cheapest of all."""
        return Direct(runtime, options, self.docker, **more).run()

    def image(self, name):
        """The name, when the image is there: "box" always is; "python" (glibc, python3, nginx) is made on first use."""
        return images.need(self.docker, name)

    # The host.

    def command(self, *words, check=True, timeout=240, **more):
        done = subprocess.run([str(w) for w in words], capture_output=True, text=True, errors="replace",
                              stdin=subprocess.DEVNULL, timeout=timeout, **more)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, words))}: exit {done.returncode}: {done.stderr or done.stdout}")
        return done

    def restart_docker(self):
        """As an administrator: all containers end."""
        self.command("systemctl", "restart", "docker")
        daemon.wait_for()

    # Policies and the record.

    def own(self, text, name="own", low_level=None):
        """The name of a runtime with this policy until the case ends: hardened-own or hardened-other."""
        self._at_end.callback(restore, name)
        return own_policy(name, text, low_level)

    def records(self, identity="", call=""):
        """What the decision log got since this case began, the oldest first."""
        if not LOG.exists():
            return []
        with LOG.open("rb") as log:
            log.seek(self._log_began)
            lines = [json.loads(line) for line in log]
        return [one for one in lines if identity in one.get("id", "") and call in one.get("call", "")]

    # The report.

    def row(self, table, **cells):
        self._tell({"event": "row", "table": table, "cells": cells})

    def wait(self, condition, what, seconds=120):
        end = time.monotonic() + seconds
        while not (seen := condition()):
            if time.monotonic() > end:
                raise AssertionError(f"after {seconds} s still not: {what}")
            time.sleep(0.05)
        return seen

    def finish(self):
        """Whatever the case left: its containers, its policies."""
        self._at_end.close()
        daemon.remove_containers()
