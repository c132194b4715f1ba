#!/usr/bin/python3
"""The floor: what runc's and crun's own init needs of a seccomp profile, call by call, without us and without an engine.

profiles/seccomp/engines.h says what is needed; here each of those calls is denied, alone, in a profile that allows
all others, and no container starts. What it does not name can be denied, as far as the runtimes' own part goes."""

import json
import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from harness.case import main
from harness.engine import need_world
from harness.install import ROOT

WORLD = Path("/run/world")
PROGRAMS = Path(os.environ.get("HARDENED_PROGRAMS", ROOT / "build/release/tests/integration"))
UNIFIED = Path("/sys/fs/cgroup/unified")
ERRNO, KILL, TRACE = "SCMP_ACT_ERRNO", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_TRACE"
# So that there is a filter where nothing is denied.
LOGGED = {"names": ["process_madvise"], "action": "SCMP_ACT_LOG"}


def calls_of(name):
    """An array of engines.h: what is said there is what is tried here."""
    text = (ROOT / "profiles/seccomp/engines.h").read_text()
    found = re.search(rf"\b{name}\{{([^}}]*)\}}", text)
    return re.findall(r'"(\w+)"', found.group(1))


def denying(calls, action, errno):
    rule = {"names": list(calls), "action": action}
    if action == ERRNO:
        rule["errnoRet"] = errno
    return {"defaultAction": "SCMP_ACT_ALLOW", "architectures": [], "syscalls": [LOGGED, rule] if calls else [LOGGED]}


class Floor(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        need_world()
        # crun refuses a cgroup2 beside cgroup v1. This is the world's own mount.
        if os.path.ismount(UNIFIED):
            subprocess.run(["umount", UNIFIED], check=True)
        cls.root = WORLD / "tree"
        for name in ("bin", "proc", "dev"):
            (cls.root / name).mkdir(parents=True, exist_ok=True)
        # A program that makes no call that is denied here, so that what fails is the runtime.
        shutil.copy(PROGRAMS / "noop-runtime", cls.root / "bin/nothing")

    def spec(self, seccomp, no_new_privileges, user=0, capabilities=("CAP_KILL",)):
        sets = {kind: list(capabilities) for kind in ("bounding", "effective", "permitted")}
        return {
            "ociVersion": "1.0.2",
            "root": {"path": str(self.root)},
            "process": {"user": {"uid": user, "gid": user}, "args": ["/bin/nothing"], "cwd": "/", "capabilities": sets,
                        "noNewPrivileges": no_new_privileges},
            "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
                       {"destination": "/dev", "type": "tmpfs", "source": "tmpfs"}],
            "linux": {"cgroupsPath": f"{os.environ['HARDENED_CGROUP']}/floor", "seccomp": seccomp,
                      "namespaces": [{"type": kind} for kind in ("pid", "mount", "ipc", "uts", "network")]},
        }

    def started(self, runtime, *denied, action=ERRNO, errno=1, no_new_privileges, **more):
        """(did the program run to its end, what was said instead)"""
        bundle = WORLD / "floor"
        bundle.mkdir(exist_ok=True)
        spec = self.spec(denying(denied, action, errno), no_new_privileges, **more)
        (bundle / "config.json").write_text(json.dumps(spec))
        command = [runtime, "--root", str(WORLD / "floor-root")]
        try:
            done = subprocess.run([*command, "run", "--bundle", str(bundle), "floor"], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=20)
        finally:
            subprocess.run([*command, "delete", "--force", "floor"], capture_output=True, timeout=20)
        return done.returncode == 0, done.stderr[-400:]

    def is_floor(self, runtime, needs, no_new_privileges):
        def starts(*denied, **more):
            return self.started(runtime, *denied, no_new_privileges=no_new_privileges, **more)
        for more in ({}, {"user": 1000}, {"capabilities": ()}):
            self.assertEqual(starts(**more), (True, ""), "with nothing denied it must start")
        self.assertTrue(needs)
        for call in needs:
            for more in ({}, {"errno": 38}, {"action": TRACE}, {"action": KILL}, {"user": 1000}, {"capabilities": ()}):
                with self.subTest(call=call, **more):
                    ran, said = starts(call, **more)
                    self.assertFalse(ran, f"{runtime} starts a container without {call}")
                    if "action" not in more:
                        self.assertNotEqual(said, "", "it was the runtime that failed, and it says so")

    def is_tried(self, runtime, tries, no_new_privileges):
        self.assertTrue(tries)
        for call in tries:
            with self.subTest(call=call):
                more = {"no_new_privileges": no_new_privileges}
                self.assertEqual(self.started(runtime, call, **more), (True, ""), "an errno is minded")
                self.assertFalse(self.started(runtime, call, action=KILL, **more)[0], "to be killed is not")

    def test_runc_with_no_new_privileges(self):
        self.is_floor("runc", calls_of("kRuncNeeds"), True)
        self.is_tried("runc", calls_of("kRuncTries"), True)

    def test_runc_without(self):
        self.is_floor("runc", calls_of("kRuncNeedsEarly"), False)
        self.is_tried("runc", calls_of("kRuncTriesEarly"), False)

    def test_runc_needs_one_of_two(self):
        pair = calls_of("kRuncEitherEarly")
        self.assertEqual(len(pair), 2)
        for call in pair:
            self.assertEqual(self.started("runc", call, no_new_privileges=False), (True, ""))
        for errno in (1, 38):
            self.assertFalse(self.started("runc", *pair, errno=errno, no_new_privileges=False)[0])
        self.assertEqual(self.started("runc", *pair, no_new_privileges=True), (True, ""), "asked before the filter")

    def test_what_is_not_on_the_floor_can_be_denied(self):
        early = set(calls_of("kRuncNeedsEarly")) - set(calls_of("kRuncNeeds"))
        for call in sorted(early | set(calls_of("kRuncEitherEarly"))):
            with self.subTest(call=call):
                self.assertEqual(self.started("runc", call, no_new_privileges=True), (True, ""))

    @unittest.skipUnless(shutil.which("crun"), "no crun on this machine")
    def test_crun(self):
        self.is_floor("crun", calls_of("kCrunNeeds"), True)
        self.is_floor("crun", calls_of("kCrunNeedsEarly"), False)
        for no_new_privileges in (True, False):
            self.is_tried("crun", calls_of("kCrunTries"), no_new_privileges)


if __name__ == "__main__":
    main()
