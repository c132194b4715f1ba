"""A private dockerd, and containers on it. Only to be used in a private world (scripts/lib/world).

    with Engine({"hardened": "/path/to/hardened-runtime"}) as engine:
        box = engine.start("hardened", "--privileged")
        box.process.seccomp
"""

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

from .kernel import Process

IMAGE = "box"
SOCKET = os.environ.get("HARDENED_SOCKET", "/run/world/docker.sock")
# The client says this, or not, when it is told of a failure to start before it has begun to wait.
CLIENTS_RACE = re.compile(r'time="[^"]*" level=error msg="error waiting for container: [^\n]*\n')
FOREVER = "trap exit TERM; while :; do sleep 1; done"


def docker_client():
    """The client that belongs to the daemon: another one may stand first in PATH."""
    for path in ("/usr/bin/docker",):
        if os.access(path, os.X_OK):
            return path
    return "docker"


def need_world():
    if "HARDENED_WORLD" not in os.environ:
        raise SystemExit("run this through scripts/lib/world: it mounts, and starts daemons")


class Docker:
    """docker's command line against a socket."""

    def __init__(self, socket=SOCKET):
        self.socket = socket

    def command(self, *words):
        return [docker_client(), "--host", f"unix://{self.socket}", *words]

    def __call__(self, *words, check=True, stdin=None, timeout=60):
        done = subprocess.run(
            self.command(*words), input=stdin, stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True, timeout=timeout)
        done.stdout, done.stderr = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        done.stderr = CLIENTS_RACE.sub("", done.stderr)
        if check and done.returncode != 0:
            raise AssertionError(f"docker {' '.join(words)}: exit {done.returncode}: {done.stderr or done.stdout}")
        return done

    def import_image(self, tree, name=IMAGE):
        """The image that holds what is in the directory `tree`."""
        with subprocess.Popen(["tar", "-C", tree, "--numeric-owner", "--owner=0", "--group=0", "-c", "."],
                              stdout=subprocess.PIPE) as tar:
            done = subprocess.run(self.command("import", "-", name), stdin=tar.stdout, capture_output=True)
        if tar.returncode != 0 or done.returncode != 0:
            raise AssertionError(f"no image: {done.stderr.decode()}")

    def inspect(self, what, template="{{json .}}"):
        return json.loads(self("inspect", "--format", template, what).stdout)

    def start(self, runtime, *options, command=("sh", "-c", FOREVER), image=IMAGE):
        """A running container; raises Refused with docker's own words when there is none."""
        done = self("run", "--detach", "--runtime", runtime, *options, image, *command, check=False)
        if done.returncode != 0:
            created = done.stdout.strip()
            if created:
                self("rm", "--force", created, check=False)
            raise Refused(done)
        return Container(self, done.stdout.strip())


class Refused(Exception):
    def __init__(self, done):
        self.code = done.returncode
        # A warning of docker's about the network of this private daemon is none of ours.
        self.words = "\n".join(l for l in done.stderr.splitlines() if not l.startswith("WARNING: ")).strip()
        super().__init__(self.words)


class Container:
    def __init__(self, docker, identity):
        self.docker = docker
        self.id = identity

    @property
    def process(self):
        return Process(self.docker.inspect(self.id, "{{json .State.Pid}}"))

    def exec(self, *words, options=(), check=False, **more):
        return self.docker("exec", *options, self.id, *words, check=check, **more)

    def remove(self):
        self.docker("rm", "--force", "--volumes", self.id)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()


NO_NETWORK = {"bridge": "none", "iptables": False, "ip-forward": False}
# With a bridge, names and addresses as everywhere: in a network namespace of the daemon's own.
WITH_NETWORK = ("unshare", "--net", "--", "sh", "-c", 'ip link set lo up && exec "$@"', "dockerd")


class Engine(Docker):
    """dockerd of our own: its socket, its data and its processes are this world's."""

    def __init__(self, runtimes, directory="/run/world", socket=None, options=(), network=False):
        need_world()
        super().__init__(socket or f"{directory}/docker.sock")
        self.directory, self.options = Path(directory), options
        self.runtimes = runtimes
        self.network = network
        self.log = self.directory / "dockerd.log"
        self.daemon = None

    def launch(self):
        settings = self._write_settings()
        with self.log.open("ab") as log:
            self.daemon = subprocess.Popen(
                [*(WITH_NETWORK if self.network else ()), "dockerd", "--config-file", settings, "--host", f"unix://{self.socket}",
                 "--pidfile", self.directory / "docker.pid", *self.options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self._wait_until_it_answers()
        return self

    def reload(self):
        """After a change of `runtimes`, as an administrator does it: SIGHUP."""
        self._write_settings()
        self.daemon.send_signal(signal.SIGHUP)
        for _ in range(200):
            if set(self.runtimes) <= set(json.loads(self("info", "--format", "{{json .Runtimes}}").stdout)):
                return
            time.sleep(0.05)
        raise AssertionError("dockerd took no notice of its new runtimes:\n" + self.log.read_text()[-2000:])

    def _write_settings(self):
        settings = self.directory / "daemon.json"
        settings.write_text(json.dumps({
            "runtimes": {name: {"path": str(path)} for name, path in self.runtimes.items()},
            **({} if self.network else NO_NETWORK), "userland-proxy": False,
            "cgroup-parent": os.environ["HARDENED_CGROUP"],
            "shutdown-timeout": 2,
        }))
        return settings

    def _wait_until_it_answers(self):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.daemon.poll() is not None:
                break
            if os.path.exists(self.socket) and self("version", check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise AssertionError("dockerd does not answer:\n" + self.log.read_text()[-4000:])

    def stop(self):
        for identity in self("ps", "--all", "--quiet").stdout.split():
            self("rm", "--force", "--volumes", identity, check=False)
        self.daemon.terminate()
        try:
            self.daemon.wait(20)
        except subprocess.TimeoutExpired:
            self.daemon.kill()

    def __enter__(self):
        self.launch()
        self.import_image(busybox_tree(self.directory / "box"))
        return self

    def __exit__(self, *_):
        self.stop()


def busybox_tree(tree):
    """A root filesystem with busybox and nothing else."""
    tree = Path(tree)
    if (tree / "bin").exists():
        return tree
    for name in ("bin", "etc", "proc", "sys", "dev", "tmp", "mnt", "root", "run", "var"):
        (tree / name).mkdir(parents=True, exist_ok=True)
    (tree / "tmp").chmod(0o1777)
    (tree / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n")
    (tree / "etc/group").write_text("root:x:0:\nnogroup:x:65534:\n")
    busybox = subprocess.run(["which", "busybox"], capture_output=True, text=True, check=True).stdout.strip()
    subprocess.run(["cp", "--dereference", busybox, tree / "bin/busybox"], check=True)
    _copy_libraries(busybox, tree)
    for name in subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True).stdout.split():
        if name != "busybox":
            (tree / "bin" / name).symlink_to("busybox")
    return tree


def _copy_libraries(program, tree):
    """busybox of busybox-static needs none; that of Debian's busybox package needs a few."""
    listed = subprocess.run(["ldd", program], capture_output=True, text=True)
    for word in listed.stdout.split():
        if word.startswith("/") and os.path.isfile(word):
            place = tree / word.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "--dereference", word, place], check=True)
