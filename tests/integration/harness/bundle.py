"""Bundles as an engine makes them, for calling a runtime without an engine.

    requests = Requests(engine)
    spec = requests.spec("--privileged")            what dockerd really asks for
    bundle = Bundle("/run/world/b", spec)           a directory that runc accepts
    Runtime(path).create(bundle, "one")
"""

import copy
import functools
import json
import os
import resource
import shutil
import subprocess
from pathlib import Path

from .engine import IMAGE, busybox_tree
from .install import POLICIES
from .kernel import NAMES, machine_capabilities

CAPTURED = Path("/run/world/captured.json")
CAPTURE = """\
#!/bin/sh
while [ $# -gt 0 ]; do
  [ "$1" = --bundle ] && cp "$2/config.json" {captured}
  shift
done
exit 1
"""


def program(name, text):
    """A script at a path of its own, root's."""
    path = Path("/run/world/bin") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def low_level(name, path):
    """What hardened-NAME hands over to."""
    place = POLICIES / f"{name}.runtime"
    place.unlink(missing_ok=True)
    place.symlink_to(path)


class Requests:
    """What dockerd asks of a runtime, taken from its bundle by a runtime that then fails."""

    def __init__(self, engine):
        self.engine = engine
        engine.runtimes["capture"] = program("capture", CAPTURE.format(captured=CAPTURED))
        engine.reload()

    def spec(self, *options, command=("sleep", "1000")):
        CAPTURED.unlink(missing_ok=True)
        done = self.engine("run", "--rm", "--runtime=capture", *options, IMAGE, *command, check=False)
        if not CAPTURED.exists():
            raise AssertionError(f"dockerd never called the runtime for {options}: {done.stderr}")
        return json.loads(CAPTURED.read_text())


def portable(spec, cgroup):
    """The same request for a bundle of our own: no files of a container that is gone, no hook of the engine's,
    and nothing that bare runc could not do on this machine (an engine elsewhere may have asked)."""
    spec = copy.deepcopy(spec)
    spec["root"]["path"] = str(busybox_tree("/run/world/box"))
    spec["mounts"] = [m for m in spec.get("mounts") or [] if not _is_bind(m) or os.path.exists(m["source"])]
    spec.pop("hooks", None)
    linux, process = spec.setdefault("linux", {}), spec["process"]
    linux["cgroupsPath"] = cgroup
    known = namespaces_of_runc()
    linux["namespaces"] = [n for n in linux.get("namespaces") or [] if n["type"] in known]
    process["terminal"] = False
    if not os.path.exists("/sys/kernel/security/apparmor"):
        process.pop("apparmorProfile", None)
    held = {f"CAP_{name}" for name in machine_capabilities()}
    for names in (process.get("capabilities") or {}).values():
        names[:] = [n for n in names if n in held or n not in EVERY_CAPABILITY]
    for limit in process.get("rlimits") or []:
        _, most = resource.getrlimit(getattr(resource, limit["type"]))
        if most != resource.RLIM_INFINITY:
            limit["soft"], limit["hard"] = min(limit["soft"], most), min(limit["hard"], most)
    return spec


EVERY_CAPABILITY = {f"CAP_{name}" for name in NAMES}


@functools.cache
def namespaces_of_runc():
    done = subprocess.run(["runc", "features"], capture_output=True, text=True)
    return set(json.loads(done.stdout)["linux"]["namespaces"])


def _is_bind(mount):
    return bool({"bind", "rbind"} & set(mount.get("options") or ()))


class Bundle:
    def __init__(self, directory, spec, name="one"):
        self.path = Path(directory)
        self.path.mkdir(parents=True, exist_ok=True)
        self.config = self.path / "config.json"
        # Compact, as Go prints it, with what Go escapes.
        text = json.dumps(portable(spec, f"{os.environ['HARDENED_CGROUP']}/{name}"), separators=(",", ":"))
        self.asked = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").encode()
        self.reset()

    def reset(self):
        """As the engine left it: the request, and nothing beside it."""
        for entry in self.path.iterdir():
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        self.config.write_bytes(self.asked)

    def files(self):
        return sorted(entry.name for entry in self.path.iterdir())

    def granted(self):
        return json.loads(self.config.read_bytes())


class Runtime:
    """A runtime called as containerd calls it, with a root directory of its own."""

    def __init__(self, path, root="/run/world/root"):
        self.path, self.root = str(path), root

    def command(self, *words):
        return [self.path, "--root", self.root, *map(str, words)]

    def __call__(self, *words, stdin=None, timeout=30, before=()):
        """(exit code, standard error). Standard output goes nowhere: a container may keep it open."""
        said = Path("/run/world/said")
        with said.open("wb") as out:
            done = subprocess.run([*before, *self.command(*words)], stdin=subprocess.DEVNULL if stdin is None else None,
                                  input=stdin, stdout=subprocess.DEVNULL, stderr=out, timeout=timeout)
        return done.returncode, said.read_text(errors="surrogateescape")

    def create(self, bundle, name="one", **more):
        return self("create", "--bundle", bundle.path, name, **more)

    def delete(self, name="one"):
        return self("delete", "--force", name)

    def containers(self):
        done = subprocess.run(self.command("list", "--quiet"), capture_output=True, text=True, timeout=30)
        return done.stdout.split()
