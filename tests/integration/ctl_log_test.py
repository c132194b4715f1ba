#!/usr/bin/python3
"""hardenedctl log on the records of real calls: summed up, followed across a rotation, and held against another policy."""

import json
import os
import subprocess
import time
import unittest
from pathlib import Path

from harness.case import EngineCase, main
from harness.engine import Refused
from harness.install import BINARY, ROOT, put_policy

TOOL = BINARY.parent / "hardenedctl"
RECORDS = Path("/var/log/hardened/decisions.jsonl")
STRICTER = ("version: 1\nextends: docker-default\ncontrols:\n  capabilities: {on_excess: refuse, ceiling: [docker-default, -NET_RAW]}\n"
            "  pids: {default: 64, maximum: 64}\n")
WIDER = "version: 1\nextends: docker-default\ncontrols:\n  capabilities: {ceiling: [docker-default, SYS_ADMIN]}\n"


def log(*words):
    done = subprocess.run([TOOL, "log", *words], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


@unittest.skipUnless(BINARY.name == "hardened-runtime", "bare runc has no tool")
class Log(EngineCase):
    def setUp(self):
        put_policy("policy", ROOT / "config/policy.yaml")
        RECORDS.unlink(missing_ok=True)

    def json(self, *words):
        code, out, err = log("--json", *words)
        self.assertEqual(err, "")
        return code, json.loads(out)

    def ask(self):
        """Two wide containers, a refused one, a plain one, an update."""
        with self.engine.start("hardened", "--name=wide", "--cap-add=SYS_ADMIN") as box:
            self.engine("update", "--pids-limit=-1", box.id)
            box.exec("true", options=("--privileged",))
        with self.engine.start("hardened", "--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined"):
            pass
        for words in (("-v", "/etc:/x"), ("--pid=host",)):
            with self.assertRaises(Refused):
                self.engine.start("hardened", *words)
        with self.engine.start("hardened", "--pids-limit=10"):
            pass

    def test_no_log_is_said(self):
        code, out, err = log()
        self.assertEqual((code, out), (3, ""))
        self.assertIn(str(RECORDS), err)

    def test_summed_up(self):
        self.ask()
        lines = [json.loads(line) for line in RECORDS.read_text().splitlines()]
        code, found = self.json()
        self.assertEqual((code, found["calls"], found["broken"]), (0, len(lines), 0))
        self.assertEqual(found["verdicts"]["refused"], {"create": 2})
        for verdict, calls in found["verdicts"].items():
            self.assertEqual(sum(calls.values()), sum(line["verdict"] == verdict for line in lines), verdict)
        asked = {(one["control"], one["asked"]): one for one in found["asked"]}
        self.assertEqual(asked["capabilities", "CAP_SYS_ADMIN"]["times"], 2)
        self.assertEqual(asked["mounts", "/etc at /x"]["verdict"], "refused")
        self.assertEqual([one["verdict"] for one in found["asked"][:2]], ["refused", "refused"])
        self.assertNotIn(("pids", "no limit"), asked)
        self.assertIn("no limit", [one["asked"] for one in found["defaults"]])
        code, out, _ = log()
        print(out)
        self.assertEqual(code, 0)
        self.assertIn("what users asked for above the ceiling", out)
        self.assertEqual(self.json("--verdict", "refused")[1]["calls"], 2)
        self.assertEqual(self.json("--control", "mounts")[1]["calls"], 1)
        self.assertEqual(self.json("--since", "1h")[1]["calls"], len(lines))

    def test_broken_lines_are_counted(self):
        self.ask()
        whole = self.json()[1]
        with RECORDS.open("ab") as file:
            file.write(b"\xff\x00 nothing\n" + b"x" * 200_000 + b"\n" + b'{"time":"2026')
        found = self.json()[1]
        self.assertEqual((found["broken"], found["calls"]), (3, whole["calls"]))

    def test_followed_across_a_rotation(self):
        self.ask()
        shown = Path("/run/world/followed")
        with shown.open("wb") as out:
            tool = subprocess.Popen([TOOL, "log", "--follow"], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        try:
            time.sleep(0.5)
            self.assertEqual(shown.read_text(), "")
            with self.engine.start("hardened", "--cap-add=SYS_TIME") as first:
                self.until(shown, lambda text: "CAP_SYS_TIME" in text)
                RECORDS.rename(RECORDS.with_suffix(".jsonl.1"))
            with self.engine.start("hardened", "--cap-add=SYS_BOOT") as second:
                text = self.until(shown, lambda text: "CAP_SYS_BOOT" in text)
            with RECORDS.open("r+b") as file:
                file.truncate(0)
            time.sleep(0.6)
            with self.engine.start("hardened", "--cap-add=WAKE_ALARM") as third:
                text = self.until(shown, lambda text: "CAP_WAKE_ALARM" in text)
            print(text)
            for box, name in ((first, "SYS_TIME"), (second, "SYS_BOOT"), (third, "WAKE_ALARM")):
                line, = [one for one in text.splitlines() if f"CAP_{name}" in one]
                self.assertIn(f"narrowed   create  docker  {box.id[:12]}  capabilities CAP_{name}", line)
            self.assertIsNone(tool.poll())
        finally:
            tool.terminate()
            tool.wait(10)

    def until(self, path, true):
        end = time.monotonic() + 10
        while time.monotonic() < end:
            text = path.read_text()
            if true(text):
                return text
            time.sleep(0.05)
        self.fail("nothing came: " + path.read_text())

    def test_what_if(self):
        self.ask()
        stricter, wider = put_policy("stricter", text=STRICTER), put_policy("wider", text=WIDER)
        with self.engine.start("hardened", "--name=here", "--pids-limit=50") as here:
            code, found = self.json("--what-if", stricter)
            self.assertEqual(code, 1)
            one, = [one for one in found["containers"] if one["id"] == here.id]
            self.assertEqual((one["would_be"], [c["control"] for c in one["controls"]]), ("refused", ["capabilities"]))
            self.assertEqual([one["would_be"] for one in found["asked"] if one["asked"] == "CAP_SYS_ADMIN"
                              and one["call"] == "create"], ["refused"])
            code, out, _ = log("--what-if", stricter)
            print(out)
            self.assertEqual(code, 1)
            code, found = self.json("--what-if", wider)
            self.assertEqual(code, 0, found["containers"])
            asked = {(one["call"], one["asked"]): one["would_be"] for one in found["asked"]}
            self.assertEqual(asked["create", "CAP_SYS_ADMIN"], "granted")
            self.assertEqual(asked["update", "unlimited"], "narrowed")
            self.assertEqual(asked["create", "unconfined"], "narrowed")
            self.assertEqual(asked["create", "no pid namespace of its own"], "refused")
            self.assertEqual(found["cannot_be_told"]["mounts"], 1)


if __name__ == "__main__":
    main()
