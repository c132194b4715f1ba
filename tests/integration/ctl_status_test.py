#!/usr/bin/python3
"""hardenedctl status on a real engine: who did not start under hardened, who holds more than granted, and who is fine."""

import json
import os
import subprocess
import unittest
from pathlib import Path

from harness.case import EngineCase, main
from harness.install import BINARY, ROOT, put_policy

TOOL = BINARY.parent / "hardenedctl"
NARROW = "version: 1\nextends: docker-default\ncontrols:\n  pids: {default: 64, maximum: 64}\n"


def status(*words):
    done = subprocess.run([TOOL, "status", *words], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def pids_limit(process):
    """The file of its cgroup, as the host sees it."""
    for line in Path(f"/proc/{process.pid}/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "pids":
            return Path(f"/sys/fs/cgroup/pids{path}/pids.max")
        if controllers == "":
            unified = Path(f"/sys/fs/cgroup{path}/pids.max")
            if unified.exists():
                return unified
    raise AssertionError("it is in no pids cgroup")


@unittest.skipUnless(BINARY.name == "hardened-runtime", "bare runc has no tool")
class Status(EngineCase):
    def setUp(self):
        put_policy("policy", ROOT / "config/policy.yaml")

    def rows(self, *words):
        code, out, err = status("--json", *words)
        self.assertEqual(err, "")
        found = json.loads(out)
        return code, found["containers"], found["summary"]

    def test_nothing_runs(self):
        self.assertEqual(status(), (0, "no container runs\n", ""))

    def test_the_unmanaged_first_then_the_good(self):
        with self.engine.start("hardened", "--name=good") as good, self.engine.start("runc", "--name=bare") as bare:
            code, rows, summary = self.rows()
            self.assertEqual(code, 1)
            self.assertEqual([(row["state"], row["id"], row["name"], row["engine"], row["runtime"]) for row in rows],
                             [("unmanaged", bare.id, "bare", "docker", "runc"),
                              ("as granted", good.id, "good", "docker", "hardened")])
            self.assertEqual([row["process"] for row in rows], [bare.process.pid, good.process.pid])
            self.assertEqual((summary["unmanaged"], summary["as granted"], summary["above its grant"]), (1, 1, 0))
            code, out, _ = status()
            print(out)
            self.assertEqual(code, 1)
            self.assertEqual(out.splitlines()[-1], "2 containers: 1 unmanaged, 1 as granted")
            self.assertEqual(self.rows("good")[0], 0)
            self.assertEqual(self.rows(bare.id[:7])[0], 1)
            self.assertEqual(status("nobody")[0], 3)

    def test_a_limit_that_was_raised_by_hand_is_drift_and_ends_nobody(self):
        with self.engine.start("hardened", "--name=raised") as box:
            self.assertEqual(self.rows()[0], 0)
            limit = pids_limit(box.process)
            self.assertEqual(limit.read_text(), "4096\n")
            limit.write_text("max")
            code, rows, _ = self.rows()
            self.assertEqual(code, 1)
            self.assertEqual(rows[0]["state"], "above its grant")
            self.assertEqual([one["control"] for one in rows[0]["above"]], ["pids"])
            print(status()[1])
            self.assertEqual(box.exec("echo", "alive").stdout, "alive\n")
            limit.write_text("4096")
            self.assertEqual(self.rows()[0], 0)

    def test_a_policy_that_became_stricter(self):
        with self.engine.start("hardened", "--name=old", "--cap-add=NET_ADMIN"):
            put_policy("policy", text=NARROW)
            code, rows, _ = self.rows()
            self.assertEqual((code, rows[0]["state"], rows[0]["older_policy"]), (0, "older policy", True))
            self.assertEqual([(one["control"], one["verdict"]) for one in rows[0]["today"]], [("pids", "narrowed")])
            self.assertEqual(rows[0]["today"][0]["changes"][0]["granted"], "64")
            print(status()[1])

    def test_what_docker_raises_itself_is_no_drift(self):
        """An update goes through us, and what it grants is the grant from then on."""
        with self.engine.start("hardened", "--pids-limit=100", "--memory=64m") as box:
            self.engine("update", "--pids-limit=200", box.id)
            code, rows, _ = self.rows()
            self.assertEqual((code, rows[0]["state"]), (0, "as granted"), rows)

    def test_paused_created_and_ended_containers(self):
        with self.engine.start("hardened", "--name=paused") as box:
            self.engine("pause", box.id)
            self.assertEqual(self.rows()[0], 0)
            self.engine("unpause", box.id)
            self.engine("stop", "--time=0", box.id)
            code, rows, _ = self.rows()
            self.assertEqual((code, rows), (0, []))


if __name__ == "__main__":
    main()
