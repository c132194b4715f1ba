#!/usr/bin/python3
"""What a bundle can ask for and Docker 20.10 has no flag for: orders in annotations, a personality, fields that no engine
writes. By crun, which does something about them; and where a process of an image with unkind links begins."""

import json
import os
import subprocess
import time
from pathlib import Path

from harness.bundle import Bundle, Requests, Runtime, low_level
from harness.case import EngineCase, main
from harness.install import link, put_policy
from harness.kernel import Process

GROUP = "6"
BOX = Path("/run/world/box")
RECORDS = Path("/var/log/hardened/decisions.jsonl")


def without_the_unified_hierarchy():
    """crun takes neither v1 nor v2 for what a machine with both has; here, in our own mount namespace, it is v1."""
    if os.path.ismount("/sys/fs/cgroup/unified"):
        subprocess.run(["umount", "/sys/fs/cgroup/unified"], check=True)


class Fields(EngineCase):
    @classmethod
    def setUpClass(cls):
        without_the_unified_hierarchy()
        super().setUpClass()
        cls.spec = Requests(cls.engine).spec()
        put_policy("crun", text="version: 1\nextends: docker-default\n")
        low_level("crun", "/usr/bin/crun")
        cls.bounded = Runtime(link("crun"), "/run/world/crun")
        cls.bare = Runtime("/usr/bin/crun", "/run/world/bare")

    def setUp(self):
        RECORDS.unlink(missing_ok=True)

    def bundle(self, change):
        spec = json.loads(json.dumps(self.spec))
        change(spec)
        return Bundle("/run/world/bundle", spec)

    def create(self, runtime, change, descriptors=()):
        bundle = self.bundle(change)
        self.addCleanup(runtime.delete)
        command = runtime.command("create", "--bundle", bundle.path, "one")
        said = Path("/run/world/said")
        with said.open("wb") as out:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=out, timeout=30,
                                  pass_fds=descriptors, extra_groups=[int(GROUP)])
        return done.returncode, said.read_text()

    def process(self, runtime):
        done = subprocess.run(runtime.command("state", "one"), capture_output=True, text=True, check=True, timeout=30)
        return Process(json.loads(done.stdout)["pid"])

    def changes(self, control):
        record = json.loads(RECORDS.read_text().splitlines()[-1])
        return [change["field"] for one in record["controls"] if one["control"] == control for change in one["changes"]]

    def test_an_annotation_that_crun_obeys(self):
        """It leaves the container in a group of its caller, which no field asks for."""
        def change(spec):
            spec["annotations"] = {"run.oci.keep_original_groups": "1", "com.example.note": "kept"}
        self.assertEqual(self.create(self.bare, change)[0], 0)
        self.assertIn(GROUP, self.process(self.bare).status("Groups").split(), "bare crun does as it is told")
        self.bare.delete()
        self.assertEqual(self.create(self.bounded, change), (0, ""))
        self.assertNotIn(GROUP, self.process(self.bounded).status("Groups").split())
        self.assertEqual(self.changes("annotations"), ["/annotations/run.oci.keep_original_groups"])
        told = subprocess.run(self.bounded.command("state", "one"), capture_output=True, text=True, check=True, timeout=30)
        self.assertEqual(json.loads(told.stdout)["annotations"].get("com.example.note"), "kept")

    def test_a_personality(self):
        def change(spec):
            spec["linux"]["personality"] = {"domain": "LINUX32"}
        self.assertEqual(self.create(self.bare, change)[0], 0)
        pid = self.process(self.bare).pid
        self.assertEqual(Path(f"/proc/{pid}/personality").read_text().strip(), "00000008")
        self.bare.delete()
        code, said = self.create(self.bounded, change)
        self.assertEqual(code, 1)
        self.assertIn("hardened: refused: other: asked such a field at /linux/personality", said)

    def test_the_personality_that_all_have(self):
        def change(spec):
            spec["linux"]["personality"] = {"domain": "LINUX"}
        self.assertEqual(self.create(self.bounded, change), (0, ""))

    def test_a_link_of_the_image_to_a_descriptor(self):
        """No text shows it; where the process waits does."""
        place = BOX / "leak"
        place.unlink(missing_ok=True)
        place.symlink_to("/proc/self/fd/9")
        self.addCleanup(place.unlink)

        def change(spec):
            spec["process"]["cwd"] = "/leak"
        host = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
        os.dup2(host, 9, inheritable=True)
        self.addCleanup(os.close, host)
        self.addCleanup(os.close, 9)
        self.assertEqual(self.create(self.bare, change, (9,))[0], 0)
        pid = self.process(self.bare).pid
        self.assertTrue(os.path.samefile(f"/proc/{pid}/cwd", "/"), "bare crun begins on the host")
        self.bare.delete()
        self.assertEqual(self.create(self.bounded, change, (9,)), (0, ""))
        pid = self.process(self.bounded).pid
        code, said = self.bounded("start", "one")
        self.assertEqual(code, 1)
        self.assertIn("command: it begins outside of the container", said)
        for _ in range(250):  # it was sent SIGKILL, and leaves in its own time
            if not os.path.exists(f"/proc/{pid}/cwd/etc"):
                return
            time.sleep(0.02)
        self.fail("it stands on the host still")


if __name__ == "__main__":
    main()
