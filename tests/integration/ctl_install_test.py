#!/usr/bin/python3
"""hardenedctl install and uninstall: containers live through all of it, and a kill at any of its system calls leaves a
daemon.json that is old or new as a whole and a runc that works.

Docker, dpkg's diversions and runc's name are this world's own; the programs stand in a directory that is first on
dockerd's PATH."""

import json
import os
import re
import shutil
import subprocess
import unittest
from collections import Counter
from pathlib import Path

from harness.case import main
from harness.engine import Engine, Refused
from harness.install import BINARY, POLICIES

PLACE = Path("/run/world/sbin")
RUNC, ASIDE = PLACE / "runc", PLACE / "runc.hardened-real"
PROGRAM, TOOL = PLACE / "hardened-runtime", PLACE / "hardenedctl"
CONFIG = Path("/run/world/daemon.json")
BACKUP = Path("/run/world/daemon.json.hardened-backup")
LOG = Path("/var/log/hardened/decisions.jsonl")
DIVERSIONS = Path("/var/lib/dpkg/diversions")
TRACE = Path("/run/world/trace")
INSTALL = ("install", "--config", CONFIG, "--program", PROGRAM, "--runc", RUNC, "--shadow", "--default", "--name", "hardened-ci")
# What changes the machine, or starts a program that does.
EFFECTS = ("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "mkdir", "mkdirat",
           "rmdir", "chmod", "fchmod", "fchown", "fsync", "write", "clone", "clone3", "vfork")


def put_programs():
    PLACE.mkdir(exist_ok=True)
    for name in ("hardened-runtime", "hardened-hook", "hardenedctl"):
        shutil.copy2(BINARY.parent / name, PLACE / name)
    RUNC.unlink(missing_ok=True)
    shutil.copy2("/usr/sbin/runc", RUNC)


def tool(*words, before=()):
    done = subprocess.run([*map(str, before), str(TOOL), *map(str, words)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def must(*words):
    code, out, err = tool(*words)
    if code != 0:
        raise AssertionError(f"hardenedctl {' '.join(map(str, words))}: exit {code}: {err or out}")
    return out


def tree():
    """All that an install may touch: path to (type, mode, inode of runc, content)."""
    found = {}
    for root in (PLACE, POLICIES):
        for path in sorted(root.rglob("*")):
            found[str(path)] = (os.lstat(path).st_mode, os.readlink(path) if path.is_symlink() else path.stat().st_size)
    found["runc"] = RUNC.stat().st_ino
    for path in sorted(CONFIG.parent.glob("*daemon.json*")) + [DIVERSIONS]:
        found[str(path)] = path.read_bytes()
    return found


class Containers(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        put_programs()
        os.environ["PATH"] = f"{PLACE}:{os.environ['PATH']}"
        self.engine = Engine({})
        self.engine.__enter__()
        self.addCleanup(self.engine.stop)

    def works(self, box):
        self.assertEqual(box.exec("echo", "here").stdout, "here\n")

    def decided(self, box):
        lines = LOG.read_text().splitlines() if LOG.exists() else []
        return [line for line in map(json.loads, lines) if line.get("container", line.get("id")) == box.id]

    def bounded(self, box):
        self.assertEqual(box.process.seccomp, 2)
        self.assertNotIn("SYS_ADMIN", box.process.capabilities("Bnd"))

    def all_capabilities(self, runtime):
        return self.engine.start(runtime, "--cap-add=SYS_ADMIN")

    def test_none_is_lost(self):
        before_install = tree()
        settings = CONFIG.read_bytes()
        before = self.all_capabilities("runc")
        self.assertIn("SYS_ADMIN", before.process.capabilities("Bnd"), "bare runc grants what is asked for")
        print(must(*INSTALL, "--dry-run"), flush=True)
        self.assertEqual(tree(), before_install)
        print(must(*INSTALL), flush=True)
        self.assertEqual(BACKUP.read_bytes(), settings)
        must("install", "--config", CONFIG, "--program", PROGRAM, "--reload")
        self.wait_for_default("hardened")
        for runtime in ("hardened", "hardened-ci", "runc"):
            with self.subTest(runtime=runtime), self.all_capabilities(runtime) as box:
                self.bounded(box)
        self.works(before)
        during = self.all_capabilities("hardened")
        shadowed = self.all_capabilities("runc")
        self.upgrade_runc()
        for box in (before, during, shadowed):
            self.works(box)
        before_refused = tree()
        code, _, said = tool("uninstall")
        self.assertEqual(code, 3)
        for box in (during, shadowed):
            name = self.engine.inspect(box.id, "{{json .Name}}").strip("/")
            self.assertIn(name, said)
        self.assertEqual(tree(), before_refused)
        print(said, must("uninstall", "--force", "--purge", "--reload"), flush=True)
        self.wait_for_default("runc")
        self.assertEqual(CONFIG.read_bytes(), settings)
        self.assertEqual({k: v for k, v in tree().items() if k != "runc"}, {k: v for k, v in before_install.items() if k != "runc"})
        self.assertFalse(POLICIES.exists())
        after = self.all_capabilities("runc")
        self.assertIn("SYS_ADMIN", after.process.capabilities("Bnd"), "runc is runc again")
        for box in (before, during, shadowed, after):
            with self.subTest(box=box.id):
                if box is not during:  # its exec is hardened's, whose policy was just purged
                    self.works(box)
                self.engine("stop", "--time", "1", box.id)
                self.engine("rm", box.id)
        with self.assertRaises(Refused):
            self.engine.start("hardened")

    def upgrade_runc(self):
        """As dpkg does it: where the diversion says, by a rename."""
        place = subprocess.run(["dpkg-divert", "--truename", RUNC], capture_output=True, text=True, check=True).stdout.strip()
        self.assertEqual(place, str(ASIDE))
        shutil.copy2("/usr/sbin/runc", place + ".dpkg-new")
        os.rename(place + ".dpkg-new", place)
        self.assertTrue(RUNC.is_symlink())

    def wait_for_default(self, name):
        for _ in range(200):
            if json.loads(self.engine("info", "--format", "{{json .DefaultRuntime}}").stdout) == name:
                return
            subprocess.run(["sleep", "0.05"], check=True)
        self.fail(f"dockerd's default runtime did not become {name}")


class Killed(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        put_programs()
        CONFIG.write_text('{\n\t"debug": false\n}\n')
        cls.before = tree()
        cls.old = CONFIG.read_bytes()
        cls.of_install = cls.calls(*INSTALL)
        cls.new = CONFIG.read_bytes()
        cls.of_uninstall = cls.calls("uninstall", "--purge")

    @classmethod
    def calls(cls, *words):
        code, _, err = tool(*words, before=("strace", "-o", TRACE, "-e", "trace=" + ",".join("?" + name for name in EFFECTS)))
        if code != 0:
            raise AssertionError(err)
        return Counter(re.findall(r"^(\w+)\(", TRACE.read_text(), re.MULTILINE))

    def kill(self, name, number, *words):
        code, out, err = tool(*words, before=("strace", "-qq", "-o", TRACE, "-e", f"trace={name}",
                                              "-e", f"inject={name}:signal=SIGKILL:when={number}"))
        self.assertIn(code, (-9, 137), f"not killed at {name} #{number}: {out}{err}")

    def everything_works(self):
        self.assertIn(CONFIG.read_bytes(), (self.old, self.new))
        for name in {RUNC, PROGRAM} | ({ASIDE} if ASIDE.exists() else set()):
            done = subprocess.run([name, "--version"], capture_output=True, text=True, timeout=20)
            self.assertIn("runc version", done.stdout, f"{name}: {done.stderr}")

    def back(self):
        must("uninstall", "--purge")
        if POLICIES.exists() and not any(POLICIES.iterdir()):
            POLICIES.rmdir()  # made before the journal could say so
        self.assertEqual(tree(), self.before)

    def each(self, calls):
        self.assertGreater(sum(calls.values()), 30, calls)
        for name, count in calls.items():
            for number in range(1, count + 1):
                with self.subTest(call=f"{name} #{number}"):
                    yield name, number
        print(f"\n{sum(calls.values())} kills: {dict(calls)}", flush=True)

    def test_install(self):
        for turn, (name, number) in enumerate(self.each(self.of_install)):
            self.kill(name, number, *INSTALL)
            self.everything_works()
            if turn % 2 == 0:
                must(*INSTALL)
                self.assertEqual(CONFIG.read_bytes(), self.new)
                self.assertEqual(os.readlink(RUNC), str(PROGRAM))
            self.back()

    def test_uninstall(self):
        for turn, (name, number) in enumerate(self.each(self.of_uninstall)):
            must(*INSTALL)
            self.kill(name, number, "uninstall", "--purge")
            self.everything_works()
            if turn % 2 == 0:
                must(*INSTALL)
                self.assertEqual(CONFIG.read_bytes(), self.new)
            self.back()


if __name__ == "__main__":
    main()
