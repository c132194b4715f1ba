#!/usr/bin/python3
"""A machine that fails: a full or read-only disk, a log that cannot be written, and text that wants to be more
than text. The answer is always whole: the call is refused in words, or it runs as decided."""

import json
import os
import subprocess
from pathlib import Path

from harness.bundle import Bundle, Requests, Runtime, low_level, program
from harness.case import EngineCase, main
from harness.install import link, put_policy

SEEN = Path("/run/world/seen.json")
LOG = Path("/run/world/log/decisions.jsonl")
RECORDER = f"#!/bin/sh\nexec cp {{bundle}}/config.json {SEEN}\n"


def policy(on_failure="continue"):
    put_policy("faults", text=f"""\
version: 1
extends: docker-default
decision_log: {{path: {LOG}, on_failure: {on_failure}}}
""")


def shell(command):
    subprocess.run(command, shell=True, check=True)


class Faults(EngineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wide = Requests(cls.engine).spec("--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined")
        cls.shim = Runtime(link("faults"))

    def setUp(self):
        policy()
        SEEN.unlink(missing_ok=True)
        shell(f"umount -l {LOG.parent} 2>/dev/null || true; rm -rf {LOG.parent} /run/hardened")
        LOG.parent.mkdir()
        self.on_a_disk_of("4m")

    def on_a_disk_of(self, size):
        """The bundle on a file system of its own."""
        place = Path("/run/world/disk-of-bundle")
        place.mkdir(exist_ok=True)
        shell(f"umount {place} 2>/dev/null || true; mount -t tmpfs -o size={size} none {place}")
        self.addCleanup(shell, f"umount -l {place} 2>/dev/null || true")
        self.disk = place
        self.bundle = Bundle(place / "bundle", self.wide)
        low_level("faults", program("recorder", RECORDER.format(bundle=self.bundle.path)))

    def refused(self, *parts):
        code, said = self.shim.create(self.bundle)
        self.assertEqual(code, 1, said)
        self.assertIn("hardened: ", said)
        for part in parts:
            self.assertIn(part, said)
        self.assertFalse(SEEN.exists(), "the low-level runtime was called")
        self.assertEqual(self.bundle.config.read_bytes(), self.bundle.asked)
        self.assertEqual(self.bundle.files(), ["config.json"], "nothing is left over")
        return said

    def runs_bounded(self):
        code, said = self.shim.create(self.bundle)
        self.assertEqual((code, said), (0, ""))
        granted = json.loads(SEEN.read_bytes())
        self.assertNotIn("CAP_SYS_ADMIN", json.dumps(granted["process"]["capabilities"]))
        self.assertIn("seccomp", granted["linux"])

    def lines(self):
        text = LOG.read_bytes()
        self.assertTrue(text.endswith(b"\n"))
        return [json.loads(line) for line in text.decode("ascii").splitlines()]

    def test_it_runs_when_nothing_fails(self):
        self.runs_bounded()

    def test_a_full_disk(self):
        shell(f"dd if=/dev/zero of={self.disk}/filler bs=4096 2>/dev/null || true")
        self.refused("config.json")
        (self.disk / "filler").unlink()
        self.runs_bounded()

    def test_a_read_only_bundle(self):
        shell(f"mount -o remount,ro {self.disk}")
        self.refused("config.json")
        shell(f"mount -o remount,rw {self.disk}")
        self.runs_bounded()

    def test_a_request_that_is_no_file(self):
        for what in ("rm {0}", "rm -rf {0}; mkdir {0}", "rm -rf {0}; mkfifo {0}", "rm {0}; ln -s /etc/passwd {0}", "rm {0}; : >{0}"):
            with self.subTest(what):
                shell(what.format(self.bundle.config))
                code, said = self.shim.create(self.bundle, timeout=10)
                self.assertEqual(code, 1, said)
                self.assertIn("hardened: ", said)
                self.assertFalse(SEEN.exists())

    def test_a_request_that_is_too_much(self):
        self.on_a_disk_of("64m")
        for name, content in (("deep", b"[" * 200_000), ("long", b'{"hostname":"' + b"y" * (20 << 20) + b'"}')):
            with self.subTest(name):
                self.bundle.config.write_bytes(content)
                code, said = self.shim.create(self.bundle, timeout=20)
                self.assertEqual(code, 1, said[:200])
                self.assertIn("hardened: ", said)
                self.assertLess(len(said), 4096)
                self.assertFalse(SEEN.exists())

    def test_no_place_for_records(self):
        # Without a record of what was granted no later exec could be bounded: nothing starts.
        shell("rm -rf /run/hardened; : >/run/hardened")
        self.addCleanup(shell, "rm -f /run/hardened")
        self.refused("/run/hardened")

    def test_a_log_that_cannot_be_written(self):
        for name, breaks in (("a directory", f"mkdir -p {LOG}"), ("a device", f"mknod {LOG} c 1 7"),
                             ("a full disk", f"mount -t tmpfs -o size=4k none {LOG.parent};"
                                             f"dd if=/dev/zero of={LOG.parent}/filler bs=4096 2>/dev/null || true"),
                             ("no folder", f"rm -rf {LOG.parent}; : >{LOG.parent}")):
            with self.subTest(name):
                self.setUp()
                shell(breaks)
                self.runs_bounded()
                self.bundle.reset()
                SEEN.unlink()
                policy(on_failure="refuse")
                self.refused(str(LOG.parent))

    def test_text_stays_text(self):
        evil = 'a\n{"verdict":"unchanged"}\x1b[2J\x07\u202e\u00e9'
        spec = dict(self.wide)
        spec["annotations"] = {evil: evil}
        spec["hostname"] = evil
        spec["process"] = dict(spec["process"], cwd="/" + evil, env=[evil], args=[evil])
        spec["mounts"] = [*spec["mounts"], {"destination": "/" + evil, "type": evil, "source": evil, "options": [evil]}]
        spec["linux"] = dict(spec["linux"], sysctl={evil: evil})
        Path("/run/world/" + evil.replace("/", "")).mkdir(exist_ok=True)
        self.bundle = Bundle(self.disk / "bundle", spec)
        _, said = self.shim.create(self.bundle)
        self.assertNotRegex(said.rstrip("\n"), r"[\x00-\x1f\x7f]")
        lines = self.lines()
        self.assertEqual(len(lines), 1, "one call, one line")
        for byte in LOG.read_bytes().rstrip(b"\n"):
            self.assertTrue(0x20 <= byte < 0x7f)

    def test_evil_bundle_paths_and_ids(self):
        for name in ("a\nb", "a\x1bb", "../x", "a/b", "a" * 2000, ""):
            with self.subTest(name):
                code, said = self.shim.create(self.bundle, name=name)
                self.assertEqual(code, 1)
                self.assertNotRegex(said.rstrip("\n"), r"[\x00-\x09\x0b-\x1f\x7f]")
                self.assertFalse(SEEN.exists())
        self.bundle = Bundle(self.disk / "evil\n\x1b[31mname", self.wide)
        self.shim.create(self.bundle)
        for line in self.lines():
            self.assertIsInstance(line, dict)

    def test_a_line_has_a_length(self):
        spec = dict(self.wide, annotations={f"k{n}": "v" * 1000 for n in range(300)})
        self.bundle = Bundle(self.disk / "bundle", spec)
        self.shim.create(self.bundle)
        self.lines()
        self.assertLessEqual(max(map(len, LOG.read_bytes().splitlines())), 16 * 1024)

    def test_the_runtimes_log_gets_one_line(self):
        log = self.disk / "log.json"
        shell(f"rm -rf /run/hardened; : >/run/hardened")
        self.addCleanup(shell, "rm -f /run/hardened")
        code, said = self.shim("--log", log, "--log-format", "json", "create", "--bundle", self.bundle.path, "one")
        self.assertEqual(code, 1)
        entry = json.loads(log.read_text())
        self.assertEqual(entry["level"], "error")
        self.assertIn(entry["msg"], said)
        self.assertRegex(entry["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")

    def test_descriptors_stay_as_they_were(self):
        """Nothing of ours is open in the low-level runtime, and nothing of the caller's is closed."""
        program("recorder", "#!/bin/sh\nexec ls /proc/self/fd >/run/world/descriptors\n")
        seven = os.open("/dev/null", os.O_RDONLY)
        os.dup2(seven, 7)
        self.addCleanup(os.close, 7)
        with open("/run/world/out", "wb") as out:
            subprocess.run(self.shim.command("create", "--bundle", self.bundle.path, "one"), stdin=subprocess.DEVNULL,
                           stdout=out, stderr=out, pass_fds=(7,), check=True)
        # Number 3 is the directory that ls reads.
        self.assertEqual(Path("/run/world/descriptors").read_text().split(), ["0", "1", "2", "3", "7"])


if __name__ == "__main__":
    main()
