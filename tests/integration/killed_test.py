#!/usr/bin/python3
"""A create that dies at any of its system calls: the bundle holds the old or the new document whole, the
low-level runtime never saw the old one, and the same container can be created afterwards.

strace(1) kills the shim on its way into the n-th call of each name, for every name and n of a clean run."""

import json
import re
import subprocess
import time
from collections import Counter
from pathlib import Path

from harness.bundle import Bundle, Requests, Runtime, low_level, program
from harness.case import EngineCase, main
from harness.install import link, put_policy

TRACE = Path("/run/world/trace")
SEEN = Path("/run/world/seen.json")
# The low-level runtime: keeps what it was given.
RECORDER = f"#!/bin/sh\nexec cp {{bundle}}/config.json {SEEN}\n"


class Killed(EngineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        put_policy("killed", text="version: 1\nextends: docker-default\n")
        # A policy is stored compiled once its file is two seconds old: from then on each first call does the same.
        time.sleep(2.5)
        cls.shim = Runtime(link("killed"))
        cls.request = Requests(cls.engine).spec("--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined")

    def setUp(self):
        self.bundle = Bundle("/run/world/bundle", self.request)
        low_level("killed", program("recorder", RECORDER.format(bundle=self.bundle.path)))

    def forget(self, keep_policy):
        """As before the first call ever; or before a later one, when the policy is compiled and the log is there."""
        if keep_policy:
            subprocess.run(["rm", "-rf", "/run/hardened/containers"], check=True)
        else:
            subprocess.run(["rm", "-rf", "/run/hardened", "/var/log/hardened"], check=True)
        SEEN.unlink(missing_ok=True)
        self.bundle.reset()

    def clean_run(self, keep_policy):
        """The names of the calls up to the hand-over, in order."""
        self.forget(keep_policy)
        code, said = self.shim.create(self.bundle, before=("strace", "-o", TRACE))
        self.assertEqual(code, 0, said)
        names = [m.group(1) for m in re.finditer(r"^(\w+)\(", TRACE.read_text(), re.MULTILINE)]
        handed_over = [n for n, name in enumerate(names) if name == "execve"][1]
        return names[:handed_over + 1]

    def kill(self, name, number):
        code, said = self.shim.create(
            self.bundle, before=("strace", "-qq", "-o", TRACE, "-e", f"trace={name}",
                                 "-e", f"inject={name}:signal=SIGKILL:when={number}"))
        self.assertIn(code, (-9, 137), f"not killed at {name} #{number}: {said}")

    def every_call(self, keep_policy):
        names = self.clean_run(keep_policy)
        self.assertTrue(list(Path("/run/hardened/policy").iterdir()), "the policy was not stored compiled")
        new = self.bundle.config.read_bytes()
        self.assertNotEqual(new, self.bundle.asked)
        self.assertEqual(new, SEEN.read_bytes(), "what was handed over is what was decided")
        counts = Counter(names)
        self.assertTrue({"rename", "renameat", "renameat2"} & counts.keys(), "the clean run never renamed anything")
        self.assertTrue({"write", "writev", "pwrite64"} & counts.keys(), "the clean run never wrote anything")
        self.assertGreaterEqual(counts["execve"], 2)
        states = Counter()
        for name, count in counts.items():
            for number in range(1 + (name == "execve"), count + 1):
                with self.subTest(call=f"{name} #{number}"):
                    self.forget(keep_policy)
                    self.kill(name, number)
                    left = self.bundle.config.read_bytes()
                    self.assertIn(left, (self.bundle.asked, new), "a document that is neither the old nor the new one")
                    self.assertFalse(SEEN.exists(), "the low-level runtime was called")
                    states["new" if left == new else "old"] += 1
                    states["left over"] += self.bundle.files() != ["config.json"]
                    self.same_container_again(new)
        # Each of the three must have been met, or the kills did not fall where they should.
        print(f"\n{sum(counts.values())} kills: {dict(states)}", flush=True)
        for state in ("old", "new", "left over"):
            self.assertGreater(states[state], 0, f"no kill left the state '{state}'")

    def same_container_again(self, new):
        code, said = self.shim.create(self.bundle)
        self.assertEqual(code, 0, said)
        self.assertEqual(self.bundle.config.read_bytes(), new)
        self.assertEqual(SEEN.read_bytes(), new)
        self.assertEqual(self.bundle.files(), ["config.json"], "what the dead one left is removed")
        for record in Path("/run/hardened").rglob("*.json"):
            json.loads(record.read_text())
        self.assertEqual([str(f) for f in Path("/run/hardened").rglob("*.tmp")], [])

    def test_first_call_under_a_policy(self):
        self.every_call(keep_policy=False)

    def test_later_call(self):
        self.clean_run(keep_policy=False)
        self.every_call(keep_policy=True)

    def test_the_real_runtime_starts_it_afterwards(self):
        names = Counter(self.clean_run(keep_policy=False))
        rename = next(name for name in ("rename", "renameat", "renameat2") if names[name])
        for name, number in ((rename, 1), (rename, names[rename]), ("execve", 2)):
            with self.subTest(call=f"{name} #{number}"):
                self.forget(keep_policy=False)
                self.kill(name, number)
                low_level("killed", "/usr/sbin/runc")
                self.assertEqual(self.shim.containers(), [])
                code, said = self.shim.create(self.bundle)
                self.assertEqual(code, 0, said)
                self.assertEqual(self.shim.containers(), ["one"])
                self.assertEqual(self.shim("start", "one")[0], 0)
                self.assertEqual(self.shim.delete()[0], 0)
                low_level("killed", "/run/world/bin/recorder")


if __name__ == "__main__":
    main()
