#!/usr/bin/python3
"""Profiles made by hardenedctl, under runc itself: what `seccomp meet` prints loads, and denies what it says; `check`
says of a profile whether runc loads it, and runc agrees."""

import json
import os
import subprocess
from pathlib import Path

from harness.bundle import Bundle, Requests, Runtime
from harness.calls import EPERM, call, docker_default, with_programs
from harness.case import EngineCase, main
from harness.install import BINARY, ROOT

TOOL = Path(os.environ.get("HARDENEDCTL", BINARY.parent / "hardenedctl"))
RUNC = "/usr/sbin/runc"
ALLOW, ERRNO, NOTIFY = "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_NOTIFY"
MADE = [call("read", -1), call("keyctl", 9999), call("socket", 38, 1), call("socket", 1, 1), call("ioctl", -1, 0x5412)]


def tool(*words):
    done = subprocess.run([TOOL, *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def put(name, content):
    path = Path("/run/world") / f"{name}.json"
    path.write_text(json.dumps(content))
    return path


class Profiles(EngineCase):
    @classmethod
    def setUpClass(cls):
        with_programs()
        super().setUpClass()
        cls.spec = Requests(cls.engine).spec("--security-opt=seccomp=unconfined", command=("calls", *MADE))

    def under(self, section):
        """(exit code, the answers, what was said) of a bundle with this section, under runc alone."""
        spec = json.loads(json.dumps(self.spec))
        spec["process"]["args"] = ["calls", *MADE]
        spec["linux"]["seccomp"] = section
        bundle, runtime = Bundle("/run/world/form", spec), Runtime(RUNC)
        done = subprocess.run(runtime.command("run", "--bundle", bundle.path, "one"), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60)
        runtime.delete()
        return done.returncode, done.stdout.split("\n")[:-1], done.stderr

    def made(self, *words):
        code, out, said = tool("seccomp", *words)
        self.assertEqual(code, 0, said)
        return json.loads(out)

    def test_what_the_shipped_ones_resolve_to_loads_and_holds(self):
        code, answers, said = self.under(self.made("resolve", "default"))
        self.assertEqual((code, answers[:3]), (0, ["9", EPERM, EPERM]), said)
        self.assertEqual(answers[4], "9")
        code, answers, said = self.under(self.made("meet", "default", "strict"))
        self.assertEqual((code, answers[0], answers[4]), (0, "9", EPERM), said)

    def test_a_meet_loads_and_denies_what_either_denies(self):
        mine = docker_default()
        mine["syscalls"] = [rule for rule in mine["syscalls"] if "socket" not in rule["names"]]
        mine["syscalls"].append({"names": ["keyctl"], "action": ALLOW})
        mine["syscalls"].append({"names": ["socket"], "action": ALLOW,
                                 "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_NE"}]})
        path = put("mine", mine)
        met = self.made("meet", path, "default")
        code, answers, said = self.under(met)
        self.assertEqual(code, 0, said)
        self.assertEqual(answers[:4], ["9", EPERM, EPERM, EPERM])
        self.assertEqual(tool("seccomp", "check", "--under", ROOT / "config/policy.yaml", put("met", met))[0], 0)
        self.assertEqual(tool("seccomp", "diff", put("met", met), path)[0], 1)

    def test_runc_agrees_on_what_it_does_not_load(self):
        bad = {"defaultAction": NOTIFY, "listenerPath": "/run/world/none", "architectures": ["SCMP_ARCH_X86_64"],
               "syscalls": []}
        code, out, _ = tool("seccomp", "check", "--json", put("bad", bad))
        self.assertEqual((code, json.loads(out)[0]["loads"]), (1, False))
        code, _, said = self.under(bad)
        self.assertNotEqual(code, 0)
        self.assertIn("SCMP_ACT_NOTIFY cannot be used as default action", said)


if __name__ == "__main__":
    main()
