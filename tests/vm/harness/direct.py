"""A container without docker: the runtime is called as containerd calls it, with the request that dockerd writes for
the same options. docker run takes 2 to 6 s under emulation, this takes less than one, and each request is asked of dockerd only once.

    with Direct("hardened", ("--cap-add=ALL",), docker) as box:
        box.process.capabilities("Bnd")
        box.said                              what the command printed, when it has ended: box.wait()
"""

import hashlib
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from integration.harness.engine import FOREVER, IMAGE
from integration.harness.kernel import Process

from . import images
from .policies import CAPTURED, path_of

PLACE = Path("/run/world/direct")
REQUESTS = Path("/run/world/requests")


def request(docker, options):
    """The config.json that dockerd makes for these options of docker run."""
    kept = REQUESTS / hashlib.sha256(json.dumps(options).encode()).hexdigest()
    if not kept.exists():
        REQUESTS.mkdir(parents=True, exist_ok=True)
        CAPTURED.unlink(missing_ok=True)
        network = () if any(one.startswith("--net") for one in options) else ("--network=none",)
        done = docker("run", "--rm", *network, "--runtime=capture", *options, IMAGE, "true", check=False)
        if not CAPTURED.exists():
            raise AssertionError(f"dockerd never called a runtime for {options}: {done.stderr}")
        CAPTURED.rename(kept)
    return json.loads(kept.read_text())


def _portable(spec, rootfs, cgroup, command):
    """For a bundle of our own: no file of the engine's container, which is gone, no hook of the engine's."""
    spec["root"]["path"] = str(rootfs)
    spec["mounts"] = [m for m in spec["mounts"]
                      if not {"bind", "rbind"} & set(m.get("options") or ()) or os.path.exists(m["source"])]
    spec.pop("hooks", None)
    spec["linux"]["cgroupsPath"] = cgroup
    spec["process"] |= {"terminal": False, "args": list(command)}
    return spec


class Direct:
    number = 0

    def __init__(self, runtime, options, docker, command=("sh", "-c", FOREVER), image=IMAGE, change=None, systemd=True):
        """`systemd`: whether systemd makes its cgroups, or the runtime itself."""
        Direct.number += 1
        self.id = f"direct-{os.getpid()}-{Direct.number}"
        self.runtime, self.path = path_of(runtime), PLACE / self.id
        self._program = [self.runtime, *(["--systemd-cgroup"] if systemd else []), "--root", PLACE / "state"]
        self.tree = images.tree_of(image)
        self.cgroup = f"system.slice:hardened:{self.id}" if systemd else f"/hardened-direct/{self.id}"
        self.asked = _portable(request(docker, options), self.path / "rootfs", self.cgroup, command)
        if change is not None:
            change(self.asked)

    def call(self, *words, check=False, timeout=240):
        done = subprocess.run([*self._program, *map(str, words)], capture_output=True, text=True, errors="replace",
                              stdin=subprocess.DEVNULL, timeout=timeout)
        if check and done.returncode != 0:
            raise AssertionError(f"{self.runtime} {' '.join(map(str, words))}: exit {done.returncode}: {done.stderr}")
        return done

    def run(self, seconds=90):
        """What its command prints, or the runtime in its place: by one call instead of three."""
        self.lay_out()
        done = self.call("run", "--bundle", self.path, self.id, timeout=seconds)
        self._clear()
        return done.stdout + done.stderr

    def create(self):
        """By the call alone, in a place that lay_out() made: its exit status. What it says is in refusal."""
        self._output = self.path / "output"
        with self._output.open("wb") as out:
            done = subprocess.run([*self._program, "--log-format=json", "--log", self.path / "log", "create", "--bundle", self.path,
                                   "--pid-file", self.path / "pid", self.id],
                                  stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=240)
        self.created, self.refusal = done.returncode == 0, ""
        if not self.created:
            self.refusal = self._output.read_text(errors="replace")
        return done.returncode

    def start(self):
        if (started := self.call("start", self.id)).returncode != 0:
            self.created, self.refusal = False, started.stderr
        return started.returncode

    def __enter__(self):
        self.lay_out()
        if self.create() == 0:
            self.start()
        return self

    def lay_out(self):
        (self.path / "rootfs").mkdir(parents=True)
        self._mount_root()
        (self.path / "config.json").write_text(json.dumps(self.asked, separators=(",", ":")))

    def _mount_root(self):
        """Its writes are its own, as docker's overlay gives it."""
        for name in ("upper", "work"):
            (self.path / name).mkdir()
        subprocess.run(["mount", "-t", "overlay", "box", self.path / "rootfs", "-o",
                        f"lowerdir={self.tree},upperdir={self.path}/upper,workdir={self.path}/work"], check=True)

    @property
    def said(self):
        """What its command printed so far."""
        return self._output.read_text(errors="replace")

    @property
    def process(self):
        if not self.created:
            raise AssertionError(f"no container: {self.refusal}")
        return Process((self.path / "pid").read_text())

    @property
    def granted(self):
        return json.loads((self.path / "config.json").read_text())

    def exec(self, *words, options=(), check=False):
        return self.call("exec", *options, self.id, *words, check=check)

    def wait(self, seconds=120):
        """What the command printed, once it has ended."""
        pid = self.process.pid
        end = time.monotonic() + seconds
        while os.path.exists(f"/proc/{pid}") and Process(pid).status("State")[0] not in "ZX":
            if time.monotonic() > end:
                raise AssertionError(f"its command runs after {seconds} s still")
            time.sleep(0.02)
        return self._output.read_text(errors="replace")

    def __exit__(self, *_):
        self.call("delete", "--force", self.id)
        self._clear()

    def _clear(self):
        subprocess.run(["umount", "--lazy", self.path / "rootfs"], check=False)
        shutil.rmtree(self.path, ignore_errors=True)
