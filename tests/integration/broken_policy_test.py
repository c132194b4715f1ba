#!/usr/bin/python3
"""A policy file that cannot be used: what grants fails closed and says where the fault is; what ends, looks
or hands back works as ever, so that a container can always be stopped and removed."""

import json
import os
import re
import subprocess
from pathlib import Path

from harness.bundle import Runtime
from harness.case import EngineCase, main
from harness.engine import IMAGE
from harness.install import POLICIES, link, put_policy

GOOD = "version: 1\nextends: docker-default\n"
FILE = POLICIES / "broken.yaml"


def text(content):
    return lambda: put_policy("broken", text=content)


def missing():
    FILE.unlink()


def a_directory():
    FILE.unlink()
    FILE.mkdir()


def a_link():
    FILE.unlink()
    (POLICIES / "elsewhere").write_text(GOOD)
    FILE.symlink_to(POLICIES / "elsewhere")


def a_fifo():
    FILE.unlink()
    os.mkfifo(FILE, 0o600)


def someone_elses():
    os.chown(FILE, 1000, 1000)


def writable_by_all():
    FILE.chmod(0o666)


def in_a_folder_of_all():
    POLICIES.chmod(0o777)


# What breaks it, and what the message must say. Faults in the text are told with line and column.
BROKEN = (
    ("not YAML", text("version: 1\ncontrols: {pids: [\n"), r"broken\.yaml:\d+:\d+"),
    ("a tab", text("version: 1\ncontrols:\n\tpids: {}\n"), r"broken\.yaml:3:\d+"),
    ("an unknown key", text(GOOD + "contrls: {}\n"), r"broken\.yaml:3:1.*contrls"),
    ("an unknown control", text(GOOD + "controls:\n  pidz: {}\n"), r"broken\.yaml:4:3.*pidz"),
    ("an unknown key of a control", text(GOOD + "controls:\n  pids: {maximun: 3}\n"), r"broken\.yaml:4:\d+.*maximun"),
    ("a wrong kind", text(GOOD + "controls:\n  pids: {maximum: many}\n"), r"broken\.yaml:4:\d+"),
    ("a wrong word", text(GOOD + "controls:\n  pids: {on_excess: allow}\n"), r"broken\.yaml:4:\d+.*allow"),
    ("a key twice", text(GOOD + "version: 1\n"), r"broken\.yaml:3:\d+.*version"),
    ("an unknown version", text("version: 99\nextends: docker-default\n"), r"(?s)broken\.yaml:1:\d+.*99"),
    ("an unknown base", text("version: 1\nextends: lenient\n"), r"broken\.yaml:2:\d+.*lenient"),
    ("nothing", text(""), r"broken\.yaml"),
    ("bytes", text("version: 1 \x00\x1b[31m\n"), r"broken\.yaml"),
    ("missing", missing, r"broken\.yaml"),
    ("a directory", a_directory, r"broken\.yaml"),
    ("a link", a_link, r"broken\.yaml"),
    ("a fifo", a_fifo, r"broken\.yaml"),
    ("someone else's", someone_elses, r"broken\.yaml"),
    ("writable by all", writable_by_all, r"broken\.yaml"),
    ("in a folder that all may write", in_a_folder_of_all, r"/etc/hardened"),
)


class Broken(EngineCase):
    """Filled below: one test for each way to break the file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        put_policy("broken", text=GOOD)
        cls.engine.runtimes["hardened-broken"] = cls.runtime = link("broken")
        cls.engine.reload()

    def setUp(self):
        self.mend()

    def mend(self):
        POLICIES.chmod(0o755)
        subprocess.run(["rm", "-rf", FILE], check=True)
        put_policy("broken", text=GOOD)

    def refuses_what_grants(self, box, said):
        created = self.engine("create", "--runtime=hardened-broken", IMAGE, "true").stdout.strip()
        self.addCleanup(self.engine, "rm", "--force", created)
        for words, code in (
            (("run", "--rm", "--runtime=hardened-broken", IMAGE, "echo", "ran"), 125),
            (("start", created), 1),
            (("exec", box.id, "echo", "ran"), 126),
            (("update", "--pids-limit=5", box.id), 1),
        ):
            with self.subTest(words[0]):
                done = self.engine(*words, check=False, timeout=20)
                shown = done.stdout + done.stderr
                self.assertEqual(done.returncode, code, shown)
                self.assertRegex(shown, r"hardened: ")
                self.assertRegex(shown, said)
                self.assertNotIn("\x1b", shown)
                self.assertNotIn("\nran", "\n" + done.stdout)
        self.assertEqual(box.process.cgroup_file("pids.max"), "20", "update must not have happened")

    def direct(self, *words):
        """The runtime itself, as a person or containerd calls it."""
        return subprocess.run([self.runtime, "--root", "/run/docker/runtime-runc/moby", *words],
                              capture_output=True, text=True, timeout=10)

    def allows_what_does_not_grant(self, box):
        state = self.direct("state", box.id)
        self.assertEqual(state.returncode, 0, state.stderr)
        self.assertEqual(json.loads(state.stdout)["id"], box.id)
        self.assertIn(str(box.process.pid), self.direct("ps", "--format=json", box.id).stdout)
        self.assertIn(box.id, self.direct("list", "--quiet").stdout)
        for words in (("features",), ("--version",), ("help",), ("kill", "--help")):
            with self.subTest(words):
                bare = subprocess.run(["runc", *words], capture_output=True, text=True)
                done = subprocess.run([self.runtime, *words], capture_output=True, text=True, timeout=10)
                self.assertEqual((done.returncode, _usage(done.stdout)), (bare.returncode, _usage(bare.stdout)), done.stderr)
        for words in (("top", box.id), ("pause", box.id), ("unpause", box.id), ("kill", "--signal=HUP", box.id),
                      ("stop", "--time=1", box.id), ("rm", box.id)):
            with self.subTest(words[0]):
                self.engine(*words)


def _usage(text):
    return re.sub(r"\bhardened-\w+\b|\brunc\b", "RUNTIME", text)


def _broken_test(breaks, said):
    def test(self):
        box = self.engine.start("hardened-broken", "--pids-limit=20", command=("sh", "-c",
                                "trap '' HUP; trap exit TERM; while :; do sleep 0.2; done"))
        try:
            self.assertEqual(box.exec("true").returncode, 0, "the good file lets exec through")
            breaks()
            self.refuses_what_grants(box, said)
            self.allows_what_does_not_grant(box)
        finally:
            self.engine("rm", "--force", box.id, check=False)
        self.mend()
        with self.engine.start("hardened-broken") as again:
            self.assertEqual(again.exec("true").returncode, 0, "mended, it runs again")
    return test


for name, breaks, said in BROKEN:
    setattr(Broken, "test_" + re.sub(r"\W+", "_", name), _broken_test(breaks, said))


class Start(EngineCase):
    """The runtime's own start, between a good create and user code, reads no policy."""

    def test_start_needs_no_policy(self):
        put_policy("broken", text=GOOD)
        runtime = link("broken")
        bundle = Path("/run/world/bundle")
        bundle.mkdir()
        subprocess.run(["runc", "spec"], cwd=bundle, check=True)
        config = json.loads((bundle / "config.json").read_text())
        config["process"].update(args=["sleep", "1000"], terminal=False)
        config["root"]["path"] = "/run/world/box"
        config["linux"]["cgroupsPath"] = os.environ["HARDENED_CGROUP"] + "/start"
        (bundle / "config.json").write_text(json.dumps(config))
        shim = Runtime(runtime)

        def call(*words):
            code, said = shim(*words)
            self.assertEqual(code, 0, said)

        call("create", "--bundle", bundle, "one")
        FILE.unlink()
        call("start", "one")
        call("kill", "one", "KILL")
        call("delete", "--force", "one")


if __name__ == "__main__":
    main()
