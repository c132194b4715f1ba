#!/usr/bin/python3
"""A low-level runtime that does not do what it was told: whatever it leaves out is found before user code runs, or, where
no start is called, by the poststart hook; and what is as it was granted passes.

The liars stand in programs/liar.py."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from harness.bundle import Bundle, Requests, Runtime, low_level
from harness.case import EngineCase, main
from harness.engine import Refused
from harness.install import BINARY, link, put_policy
from harness.kernel import Process

LIAR = Path(__file__).resolve().parent / "programs/liar.py"
LIARS = Path("/run/world/liars")
RECORDS = Path("/var/log/hardened/decisions.jsonl")
SAYS = "echo ran >/tmp/said; sleep 1000"
# What is left out, and who notices.
LIES = {
    "seccomp": "seccomp: it runs without the seccomp filter",
    "capability": "capabilities: it holds CAP_NET_ADMIN",
    "ambient": "capabilities: it holds CAP_CHOWN (inheritable, ambient)",
    "no_new_privileges": "no_new_privileges: it runs without no_new_privs",
    "pids": "pids: it has a pids limit of unlimited instead of ",
    "devices": "devices: it may use the devices ",
    "cgroup": "system_mounts: it has mount ",
    "masked": "paths: it shows /proc/",
    "readonly": "paths: it can write below /proc/bus",
    "rlimit": "rlimits: it has RLIMIT_CORE",
    "root": "rootfs: it has a root that it can write to",
    "network": "namespaces: it has no network namespace of its own",
    "group": "user: it is in group 6",
}
# runc of Debian 12 knows no personality, and looks after its directory itself.
LIES_OF_CRUN = LIES | {
    "personality": "other: it has what it was not granted of /linux/personality",
    "directory": "command: it begins outside of the container",
}
NO_NEW_PRIVILEGES = ("version: 1\nextends: docker-default\n"
                     "controls: {no_new_privileges: {required: true}, rlimits: {core: 0}}\n")
HOOKLESS = Path("/run/world/hookless/hardened-runtime")


def without_the_unified_hierarchy():
    """crun takes neither v1 nor v2 for what a machine with both has; here, in our own mount namespace, it is v1."""
    if os.path.ismount("/sys/fs/cgroup/unified"):
        subprocess.run(["umount", "/sys/fs/cgroup/unified"], check=True)


def liar(lie, runtime, late=False):
    """A name of the liar; all it is told stands in its name."""
    LIARS.mkdir(exist_ok=True)
    place = LIARS / f"{lie}-{'late' if late else 'plain'}-{runtime}"
    shutil.copy(LIAR, place)
    place.chmod(0o755)
    return place


def hardened(lie, runtime, binary, late=False):
    name = f"{lie}-{'late' if late else 'plain'}-{runtime}-{binary.parent.name}".replace("_", "-")
    rules = "rootfs: {readonly: required}" if lie == "root" else "rlimits: {core: 0}"
    put_policy(name, text=NO_NEW_PRIVILEGES if lie in ("no_new_privileges", "promised_filter") else
                          f"version: 1\nextends: docker-default\ncontrols: {{{rules}}}\n")
    low_level(name, liar(lie, runtime, late))
    place = LIARS / f"hardened-{name}"
    place.unlink(missing_ok=True)
    place.symlink_to(binary)
    return Runtime(place, f"/run/world/roots/{name}")


class Liars(EngineCase):
    @classmethod
    def setUpClass(cls):
        without_the_unified_hierarchy()
        super().setUpClass()
        # Beside this one there is no hook: what it finds, it finds at the start.
        HOOKLESS.parent.mkdir()
        shutil.copy(BINARY, HOOKLESS)
        cls.spec = Requests(cls.engine).spec(command=("sh", "-c", SAYS))

    def bundle(self, name):
        spec = self.spec | {"mounts": [*self.spec["mounts"], {"destination": "/tmp", "type": "bind", "source": str(self.tmp),
                                                               "options": ["bind", "rw"]}]}
        return Bundle(f"/run/world/bundle-{name}", spec, name)

    def setUp(self):
        self.tmp = Path("/var/lib/world-tmp")  # /run is protected
        shutil.rmtree(self.tmp, ignore_errors=True)
        self.tmp.mkdir()
        RECORDS.unlink(missing_ok=True)

    def ran(self):
        return (self.tmp / "said").exists()

    def records(self):
        return [json.loads(line) for line in RECORDS.read_text().splitlines()]

    def process_of(self, runtime):
        done = subprocess.run(runtime.command("state", "one"), capture_output=True, text=True, timeout=30)
        return json.loads(done.stdout).get("pid", 0) if done.returncode == 0 else 0

    def is_gone(self, pid):
        for _ in range(100):
            try:
                if Process(pid).status("State").startswith("Z"):
                    return True
            except (FileNotFoundError, ProcessLookupError):
                return True
            time.sleep(0.02)
        return False

    def is_recorded(self, call, words):
        found = [record for record in self.records() if record["verdict"] == "above"]
        self.assertEqual([record["call"] for record in found], [call], self.records())
        notes = " ".join(note for one in found[0]["controls"] for note in one["notes"])
        self.assertIn(words.partition(": ")[2], notes)

    def test_at_the_start(self):
        """No hook: create, and a start that looks first. No line of user code runs."""
        for runtime, lies in (("runc", LIES), ("crun", LIES_OF_CRUN)):
            for lie, words in lies.items():
                with self.subTest(lie, runtime=runtime):
                    self.setUp()
                    call = hardened(lie, runtime, HOOKLESS)
                    bundle = self.bundle("start")
                    self.addCleanup(call.delete)
                    self.assertEqual(call.create(bundle), (0, ""))
                    pid = self.process_of(call)
                    code, said = call("start", "one")
                    self.assertEqual(code, 1, said)
                    self.assertIn("hardened: the container does not have the bounds", said)
                    self.assertIn(words, said)
                    self.assertTrue(self.is_gone(pid))
                    self.assertFalse(self.ran())
                    self.is_recorded("start", words)
                    call.delete()

    def test_by_the_hook_of_run(self):
        """The late liar keeps the hook to itself until user code runs, and does not care how it ends."""
        for runtime in ("runc", "crun"):
            for lie, words in LIES.items():
                for late in (False, True):
                    with self.subTest(lie, runtime=runtime, late=late):
                        self.setUp()
                        call = hardened(lie, runtime, BINARY, late)
                        bundle = self.bundle("run")
                        self.addCleanup(call.delete)
                        code, _ = call("run", "--detach", "--bundle", bundle.path, "one", timeout=20)
                        pid = self.process_of(call)
                        if lie in ("ambient", "group") and (late or runtime == "crun"):
                            # What a program is permitted it may have made ambient itself, once it has begun, and joined
                            # any group with SETGID, which Docker grants.
                            self.assertEqual(code, 0)
                            self.assertFalse(self.is_gone(pid))
                            self.assertTrue(self.ran())
                            self.assertNotIn("above", [one["verdict"] for one in self.records()])
                            call.delete()
                            continue
                        self.assertTrue(pid == 0 or self.is_gone(pid))
                        self.is_recorded("poststart", words)
                        if late:
                            self.assertEqual(code, 0)
                        elif runtime == "runc":
                            self.assertFalse(self.ran())  # it calls the hook before user code begins
                        call.delete()

    def test_a_created_container_is_looked_at_by_its_start(self):
        """And not by a hook, whatever it is granted."""
        for runtime in ("runc", "crun"):
            for lie in ("nothing", "no_new_privileges"):
                with self.subTest(lie, runtime=runtime):
                    call = hardened(lie, runtime, BINARY)
                    bundle = self.bundle("created")
                    self.addCleanup(call.delete)
                    self.assertEqual(call.create(bundle), (0, ""))
                    hooks = json.loads(bundle.config.read_text())["hooks"]
                    self.assertEqual(sorted(moment for moment in hooks if hooks[moment]), ["poststop"])
                    call.delete()

    def test_by_the_watcher_that_start_leaves_behind(self):
        """The filter was to come when the wait is over. The start waits for nobody who looks then."""
        call = hardened("promised_filter", "crun", HOOKLESS)
        bundle = self.bundle("promised")
        self.addCleanup(call.delete)
        self.assertEqual(call.create(bundle), (0, ""))
        pid = self.process_of(call)
        self.assertEqual(call("start", "one"), (0, ""))
        self.assertTrue(self.is_gone(pid))
        self.is_recorded("start", LIES["seccomp"])
        self.nobody_watches()

    def test_the_watcher_says_nothing_of_the_truth(self):
        """Nor of what ends at once; and a start that comes to nothing leaves none behind for long."""
        for command in (("sh", "-c", SAYS), ("true",)):
            for runtime in ("runc", "crun"):
                with self.subTest(command, runtime=runtime):
                    call = hardened("nothing", runtime, BINARY)
                    put_policy(Path(call.path).name.removeprefix("hardened-"), text=NO_NEW_PRIVILEGES)
                    spec = self.spec | {"process": self.spec["process"] | {"args": list(command)}}
                    bundle = Bundle("/run/world/bundle-truth", spec, "truth")
                    self.addCleanup(call.delete)
                    self.assertEqual(call.create(bundle), (0, ""))
                    self.assertTrue(json.loads(bundle.config.read_text())["process"]["noNewPrivileges"])
                    self.assertEqual(call("start", "one"), (0, ""))
                    self.nobody_watches()
                    self.assertEqual([r for r in self.records() if r["verdict"] in ("above", "fault")], [])
                    call.delete()

    def nobody_watches(self):
        """The watcher is a copy of the start, whose words it has."""
        end = time.monotonic() + 5
        while time.monotonic() < end:
            words = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
            if not [w for w in words if b"/liars/hardened-" in w and b"\0start\0" in w]:
                return
            time.sleep(0.02)
        self.fail("a watcher is still there")

    def test_through_docker(self):
        name = hardened("seccomp", "runc", HOOKLESS).path
        self.engine.runtimes["liar"] = name
        self.engine.reload()
        with self.assertRaises(Refused) as refused:
            self.engine.start("liar", f"--volume={self.tmp}:/tmp", command=("sh", "-c", SAYS))
        self.assertIn("runs without the seccomp filter that it was granted", refused.exception.words)
        self.assertEqual(refused.exception.code, 125)
        self.assertFalse(self.ran())
        self.is_recorded("start", LIES["seccomp"])

    def test_the_truth_passes(self):
        """Whatever is asked: the liar that leaves nothing out is not taken for one."""
        requests = Requests(self.engine)
        for options in ((), ("--privileged",), ("--cap-add=SYS_ADMIN",), ("--cap-drop=ALL",), ("--user=65534",),
                        ("--security-opt=no-new-privileges",), ("--security-opt=seccomp=unconfined",),
                        ("--security-opt=systempaths=unconfined",), ("--pids-limit=7",), ("--ulimit=nofile=100:200",),
                        ("--device=/dev/null:/dev/x",), ("--device-cgroup-rule=c 10:229 rwm",), ("--read-only",),
                        ("--tmpfs=/x",), ("--ipc=shareable",), ("--cgroupns=private",), ("--group-add=6",), ("--volume=/x",),
                        (f"--volume={self.tmp}:/c:ro",)):
            spec = requests.spec(*options, command=("sleep", "1000"))
            for runtime in ("runc", "crun"):  # both look: the hook, and the start
                with self.subTest(options, runtime=runtime):
                    call = hardened("nothing", runtime, BINARY)
                    bundle = Bundle("/run/world/bundle-truth", spec, "truth")
                    call.delete()  # one that failed may have left it
                    self.addCleanup(call.delete)
                    self.assertEqual(call.create(bundle), (0, ""))
                    self.assertEqual(call("start", "one"), (0, ""))
                    # It lives, whatever it waits for.
                    self.assertNotIn(Process(self.process_of(call)).status("State")[0], "ZX")
                    call.delete()

    def test_what_cannot_be_told_is_refused_at_the_start(self):
        call = hardened("nothing", "runc", HOOKLESS)
        bundle = self.bundle("told")
        self.addCleanup(call.delete)
        self.assertEqual(call.create(bundle), (0, ""))
        bundle.config.write_bytes(bundle.config.read_bytes() + b" ")
        code, said = call("start", "one")
        self.assertEqual(code, 1)
        self.assertIn("is not what was granted at create", said)
        self.assertFalse(self.ran())
        self.assertEqual([r["verdict"] for r in self.records()][-1], "fault")
        # And nothing that takes it away again is kept from doing so.
        self.assertEqual(call("kill", "one", "KILL")[0], 0)
        self.assertEqual(call.delete()[0], 0)

    def test_a_container_of_nobodys_is_started(self):
        bare, call = Runtime("/usr/sbin/runc", "/run/world/roots/bare"), hardened("nothing", "runc", BINARY)
        bundle = self.bundle("bare")
        self.addCleanup(bare.delete)
        self.assertEqual(bare.create(bundle), (0, ""))
        ours = Runtime(call.path, bare.root)
        self.assertEqual(ours("start", "one"), (0, ""))

    def test_the_record_goes_with_the_container(self):
        for runtime in ("runc", "crun"):
            with self.subTest(runtime):
                call = hardened("nothing", runtime, BINARY)
                bundle = self.bundle("gone")
                self.assertEqual(call.create(bundle), (0, ""))
                kept = list(Path("/run/hardened/containers").glob("*/one.json"))
                self.assertEqual(call("start", "one"), (0, ""))
                self.assertEqual(call.delete()[0], 0)
                left = list(Path("/run/hardened/containers").glob("*/one.json"))
                self.assertEqual(len(left), len(kept) - 1)


if __name__ == "__main__":
    main()
