#!/usr/bin/python3
"""What a container can be given of the host's files: sources under every name that a user of an engine can give them,
and those that everybody uses."""

import ctypes
import json
import os
import shutil
import subprocess
import threading
from pathlib import Path

from harness.bundle import Bundle, Requests, Runtime
from harness.case import EngineCase, main
from harness.engine import Refused
from harness.install import BINARY

HOME = Path("/var/lib/world-mounts")  # where everybody may keep data, and the world's own
RECORDS = Path("/var/log/hardened/decisions.jsonl")
CREATES = 100
RENAME_EXCHANGE = 2
AT_FDCWD = -100
libc = ctypes.CDLL(None, use_errno=True)


def exchange(one, other):
    """At no moment is one of the two names missing."""
    if libc.renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


class Sources(EngineCase):
    @classmethod
    def setUpClass(cls):
        shutil.rmtree(HOME, ignore_errors=True)
        (HOME / "src").mkdir(parents=True)
        (HOME / "src/mine").write_text("mine\n")
        cls.addClassCleanup(shutil.rmtree, HOME, ignore_errors=True)
        super().setUpClass()

    def seen(self, runtime, *options, command=("ls", "-A", "/h")):
        done = self.engine("run", "--rm", "--runtime", runtime, *options, "box", *command, check=False)
        if done.returncode != 0:
            raise Refused(done)
        return done.stdout.split()

    def is_refused(self, *options, words, **more):
        """Bare runc mounts it: what is refused can be had."""
        self.seen("runc", *options, **more)
        with self.assertRaises(Refused) as refused:
            self.seen("hardened", *options, **more)
        self.assertIn("refused: mounts:", refused.exception.words)
        self.assertIn(words, refused.exception.words)

    def volume(self, name, *options):
        self.engine("volume", "create", *(word for option in options for word in ("-o", option)), name)
        self.addCleanup(self.engine, "volume", "rm", "--force", name, check=False)
        return f"--volume={name}:/h"

    def mount(self, *words, at):
        subprocess.run(["mount", *map(str, words), str(at)], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", str(at)], check=True)

    def test_protected_places(self):
        for source, words in (("/", "it contains"), ("/etc", "it is /etc, a protected place"),
                              ("/etc/ssl", "it lies in /etc"), ("/root", "it is /root"), ("/usr/share", "it lies in /usr"),
                              ("/var", "it contains"), ("/var/lib/docker", "it is /var/lib/docker"),
                              ("/dev/shm", "it lies in /dev"),
                              ("/var/lib/docker/containers", "it lies in /var/lib/docker")):
            with self.subTest(source):
                self.is_refused(f"--volume={source}:/h", words=words)
        self.is_refused("--volume=/etc/shadow:/h:ro", words="it lies in /etc", command=("cat", "/h"))

    def test_what_shows_the_kernel(self):
        for source, kind in (("/sys", "sysfs"), ("/sys/fs/cgroup/pids", "cgroup"), ("/proc/sys", "proc")):
            if os.path.isdir(source):
                with self.subTest(source):
                    self.is_refused(f"--volume={source}:/h", words=kind)

    def test_volumes_with_a_source_of_their_own(self):
        self.is_refused(self.volume("procfs", "type=proc", "device=proc"), words="shows the kernel (proc)")
        self.is_refused(self.volume("sysfs", "type=sysfs", "device=sysfs"), words="shows the kernel (sysfs)")
        self.is_refused(self.volume("root", "type=none", "o=bind", "device=/"), words="it contains")
        self.is_refused(self.volume("etc", "type=none", "o=bind", "device=/etc"), words="it is /etc")
        self.is_refused(self.volume("shm", "type=none", "o=rbind", "device=/dev/shm"), words="it lies in /dev")

    def test_links_and_binds_of_binds(self):
        link = HOME / "link"
        link.symlink_to("/etc")
        self.is_refused(f"--volume={link}:/h", words="it is /etc")
        (HOME / "up").symlink_to("/")
        self.is_refused(f"--volume={HOME}/up/root:/h", words="it is /root")
        for name in ("one", "two"):
            (HOME / name).mkdir()
        self.mount("--bind", "/usr/share", at=HOME / "one")
        self.mount("--bind", HOME / "one", at=HOME / "two")
        self.is_refused(f"--volume={HOME}/two:/h", words="it lies in /usr")
        self.is_refused(f"--volume={HOME}:/h", words=f"it brings {HOME}/one along: it lies in /usr")

    def test_what_is_mounted_within_a_protected_place(self):
        (HOME / "local/bin").mkdir(parents=True)
        (HOME / "elsewhere").mkdir()
        self.assertEqual(self.seen("hardened", f"--volume={HOME}/local:/h"), ["bin"])
        self.mount("--bind", HOME / "local", at="/usr/local")
        self.is_refused("--volume=/usr/local/bin:/h", words="it lies in /usr/local, a protected place")
        self.is_refused(f"--volume={HOME}/local/bin:/h", words="it lies in /usr/local, a protected place")
        self.is_refused(f"--volume={HOME}:/h", words="it contains /usr/local, a protected place")
        self.assertEqual(self.seen("hardened", f"--volume={HOME}/elsewhere:/h"), [])
        # As schroot does it.
        place = Path("/run/world/schroot")
        place.mkdir()
        self.mount("--bind", HOME / "src", at=place)
        self.assertEqual(self.seen("hardened", f"--volume={HOME}/src:/h"), ["mine"])

    def test_the_socket_of_the_engine(self):
        socket = f"--volume={self.engine.socket}:/h"
        self.is_refused(socket, words=f"it is the socket of an engine ({self.engine.socket})", command=("test", "-S", "/h"))
        self.is_refused("--volume=/run:/h", words="it contains the socket of an engine")
        self.is_refused("--volume=/run/world:/h", words="it contains the socket of an engine")

    def test_a_socket_elsewhere_and_its_hard_link(self):
        place = HOME / "engine"
        place.mkdir()
        daemon = subprocess.Popen(["socat", f"UNIX-LISTEN:{place}/docker.sock,fork", "OPEN:/dev/null"]) \
            if shutil.which("socat") else subprocess.Popen(
                ["python3", "-c", "import socket,sys,time\ns=socket.socket(socket.AF_UNIX)\ns.bind(sys.argv[1])\n"
                 "s.listen()\ntime.sleep(600)", f"{place}/docker.sock"])
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.kill)
        for _ in range(100):
            if (place / "docker.sock").exists():
                break
            threading.Event().wait(0.05)
        os.link(place / "docker.sock", HOME / "src/agent")
        self.addCleanup((HOME / "src/agent").unlink)
        is_socket = ("test", "-S", "/h")
        words = f"the socket of an engine ({place}/docker.sock)"
        self.is_refused(f"--volume={place}/docker.sock:/h", words=f"it is {words}", command=is_socket)
        self.is_refused(f"--volume={HOME}/src/agent:/h", words=f"it is {words}", command=is_socket)
        self.is_refused(f"--volume={place}:/h", words=f"it contains {words}")

    def test_what_hardened_lives_by(self):
        for source in ("/etc/hardened", "/run/hardened"):
            self.is_refused(f"--volume={source}:/h", words="protected")
        self.is_refused("--volume=/var/log:/h", words="where decisions are recorded")
        self.assertIn("hardened", self.seen("hardened", "--volume=/var/log:/h:ro"))

    def test_everyday_sources_are_untouched(self):
        self.engine("volume", "create", "plain")
        self.addCleanup(self.engine, "volume", "rm", "--force", "plain", check=False)
        RECORDS.unlink(missing_ok=True)
        self.assertEqual(self.seen("hardened", f"--volume={HOME}/src:/h"), ["mine"])
        self.assertEqual(self.seen("hardened", f"--mount=type=bind,source={HOME}/src,target=/h,readonly"), ["mine"])
        for options in (("--volume=plain:/h",), ("--volume=/h",), ("--tmpfs=/h",), ("--tmpfs=/h:exec,size=1m",),
                        ("--mount=type=tmpfs,target=/h",), ("--volume=plain:/h:ro",), ("--volume=/h", "--init"),
                        ("--volume=/h", "--ipc=shareable"), ("--volume=/h", "--read-only"),
                        ("--volume=/h", "--network=none")):
            with self.subTest(options):
                self.assertEqual(self.seen("hardened", *options), [])
        if os.path.exists("/etc/localtime"):
            self.seen("hardened", "--volume=/etc/localtime:/etc/localtime:ro", command=("test", "-s", "/etc/localtime"))
        with self.engine.start("hardened", "--ipc=shareable") as box:
            joined = (f"--network=container:{box.id}", f"--ipc=container:{box.id}")
            self.seen("hardened", *joined, command=("test", "-s", "/etc/hosts"))
        decisions = [json.loads(line) for line in RECORDS.read_text().splitlines()]
        said = [one for line in decisions for one in line.get("controls", []) if one["control"] == "mounts"]
        self.assertEqual(said, [])

    def test_sharing_with_the_host_is_narrowed(self):
        (HOME / "shared").mkdir()
        self.mount("--bind", HOME / "shared", at=HOME / "shared")
        subprocess.run(["mount", "--make-shared", HOME / "shared"], check=True)
        option = f"--volume={HOME}/shared:/h:rshared"
        tags = {}
        for runtime in ("runc", "hardened"):
            with self.engine.start(runtime, option) as box:
                lines = Path(f"/proc/{box.process.pid}/mountinfo").read_text().splitlines()
                tags[runtime] = next(line.split() for line in lines if line.split()[4] == "/h")[6]
        self.assertRegex(tags["runc"], "^shared:")
        self.assertRegex(tags["hardened"], "^master:")


class Swapped(EngineCase):
    """Somebody renames the source while containers are made of it."""

    @classmethod
    def setUpClass(cls):
        shutil.rmtree(HOME, ignore_errors=True)
        HOME.mkdir()
        cls.addClassCleanup(shutil.rmtree, HOME, ignore_errors=True)
        super().setUpClass()
        cls.spec = Requests(cls.engine).spec(command=("sh", "-c", "ls -A /h >/out/$NAME"))

    def bundle(self, name):
        spec = self.spec | {"mounts": [
            *self.spec["mounts"],
            {"destination": "/h", "type": "bind", "source": str(HOME / "source"), "options": ["rbind", "rprivate"]},
            {"destination": "/out", "type": "bind", "source": str(HOME / "out"), "options": ["bind", "rw"]}]}
        spec["process"] = spec["process"] | {"env": [*spec["process"]["env"], f"NAME={name}"]}
        return Bundle("/run/world/bundle-swap", spec, "swap")

    def tries(self, runtime, count):
        """(how many saw their own, how many saw the protected one, what those were told that saw nothing)"""
        said = []
        for number in range(count):
            bundle = self.bundle(str(number))
            code, words = runtime.create(bundle, "swap")
            if code == 0:
                code, words = runtime("start", "swap")
            if code == 0:
                for _ in range(200):
                    if b'"stopped"' in subprocess.run(runtime.command("state", "swap"), capture_output=True).stdout:
                        break
                    threading.Event().wait(0.01)
            else:
                said.append(words)
            runtime.delete("swap")
        seen = [path.read_text().split() for path in (HOME / "out").iterdir()]
        return sum("mine" in names for names in seen), sum("secret" in names for names in seen), said

    def swapping(self):
        for name in ("out", "source", "other"):
            path = HOME / name
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
        (HOME / "out").mkdir()
        (HOME / "source").mkdir()
        (HOME / "source/mine").touch()
        (HOME / "other").symlink_to("/etc/protected-by-us")
        over = threading.Event()

        def swap():
            while not over.wait(0.0005):
                exchange(HOME / "source", HOME / "other")
        thread = threading.Thread(target=swap)
        thread.start()
        return over, thread

    def test_user_code_never_sees_what_was_not_judged(self):
        Path("/etc/protected-by-us").mkdir(exist_ok=True)
        Path("/etc/protected-by-us/secret").touch()
        results = {}
        for name, path, count in (("bare", "runc", 20), ("hardened", BINARY, CREATES)):
            over, thread = self.swapping()
            try:
                results[name] = self.tries(Runtime(path, f"/run/world/roots/swap-{name}"), count)
            finally:
                over.set()
                thread.join()
        mine, secret, said = results["bare"]
        self.assertGreater(secret, 0, "the swap can succeed")
        mine, secret, said = results["hardened"]
        self.assertEqual(secret, 0)
        self.assertGreater(mine, 0, said[:3])
        refused = sum("refused: mounts" in words for words in said)
        ended = sum("another source than was judged" in words for words in said)
        print(f"{CREATES} creates: {mine} saw their own, {refused} refused, {ended} ended before user code")
        self.assertGreater(refused, 0)
        self.assertGreater(ended, 0, said[:5])


if __name__ == "__main__":
    main()
