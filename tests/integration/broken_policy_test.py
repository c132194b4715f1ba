#!/usr/bin/python3
"""A policy file that cannot be used: what grants fails closed and says where the fault is; what ends, looks
or hands back works as ever, so that a container can always be stopped and removed."""

import json
import os
import re
import subprocess

from harness.bundle import Bundle, Requests, Runtime
from harness.case import EngineCase, main
from harness.engine import IMAGE
from harness.install import POLICIES, link, put_policy
from harness.kernel import Process

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


# Ways that the whole of Docker is asked about; the others are asked of the runtime alone.
THROUGH_DOCKER = ("not YAML", "an unknown key", "missing", "writable by all")


def mend():
    POLICIES.chmod(0o755)
    subprocess.run(["rm", "-rf", FILE], check=True)
    put_policy("broken", text=GOOD)


def usage(text):
    return re.sub(r"\bhardened-\w+\b|\brunc\b", "RUNTIME", text)


class Direct(EngineCase):
    """The runtime called as containerd calls it. Filled below: one test for each way to break the file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shim = Runtime(link("broken"))
        cls.request = Requests(cls.engine).spec("--pids-limit=20", command=("sleep", "1000"))

    def setUp(self):
        mend()
        self.addCleanup(mend)
        self.bundle, self.other = (Bundle(f"/run/world/{name}", self.request, name) for name in ("one", "two"))
        for words in (("create", "--bundle", self.bundle.path, "one"), ("start", "one")):
            self.succeeds(*words)
        self.addCleanup(self.shim.delete, "one")

    def succeeds(self, *words):
        code, said = self.shim(*words)
        self.assertEqual(code, 0, said)

    def says(self, *words):
        done = subprocess.run(self.shim.command(*words), capture_output=True, text=True, timeout=10)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def refuses_what_grants(self, said):
        for words, code in ((("create", "--bundle", self.other.path, "two"), 1), (("run", "--bundle", self.other.path, "two"), 1),
                            (("exec", "one", "true"), 255), (("update", "--pids-limit=5", "one"), 1)):
            with self.subTest(words[0]):
                got, shown = self.shim(*words, timeout=10)
                self.assertEqual(got, code, shown)
                self.assertTrue(shown.startswith("hardened: "), shown)
                self.assertRegex(shown, said)
                self.assertNotIn("\x1b", shown)
        self.assertEqual(self.other.config.read_bytes(), self.other.asked)
        self.assertEqual(self.shim.containers(), ["one"])

    def allows_what_does_not_grant(self):
        state = json.loads(self.says("state", "one"))
        self.assertEqual((state["id"], state["status"]), ("one", "running"))
        self.assertEqual(Process(state["pid"]).cgroup_file("pids.max"), "20", "update must not have happened")
        self.assertEqual(json.loads(self.says("ps", "--format=json", "one")), [state["pid"]])
        self.assertEqual(self.says("list", "--quiet"), "one\n")
        for words in (("features",), ("--version",), ("help",), ("kill", "--help")):
            with self.subTest(words):
                bare = subprocess.run(["runc", *words], capture_output=True, text=True)
                done = subprocess.run([self.shim.path, *words], capture_output=True, text=True, timeout=10)
                self.assertEqual((done.returncode, usage(done.stdout)), (bare.returncode, usage(bare.stdout)), done.stderr)
        for words in (("pause", "one"), ("resume", "one"), ("kill", "one", "KILL"), ("delete", "--force", "one")):
            with self.subTest(words[0]):
                self.succeeds(*words)
        self.assertEqual(self.shim.containers(), [])


def _direct_test(breaks, said):
    def test(self):
        self.succeeds("exec", "one", "true")
        breaks()
        self.refuses_what_grants(said)
        self.allows_what_does_not_grant()
        mend()
        self.succeeds("create", "--bundle", self.other.path, "two")
        self.succeeds("delete", "--force", "two")
    return test


class ThroughDocker(EngineCase):
    """What a person at docker's command line sees of it. Filled below."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        put_policy("broken", text=GOOD)
        cls.engine.runtimes["hardened-broken"] = link("broken")
        cls.engine.reload()

    def setUp(self):
        mend()
        self.addCleanup(mend)

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
                self.assertIn("hardened: ", shown)
                self.assertRegex(shown, said)
                self.assertNotIn("\nran", "\n" + done.stdout)
        self.assertEqual(box.process.cgroup_file("pids.max"), "20", "update must not have happened")


def _docker_test(breaks, said):
    def test(self):
        box = self.engine.start("hardened-broken", "--pids-limit=20", command=("sh", "-c",
                                "trap '' HUP; trap exit TERM; while :; do sleep 0.2; done"))
        self.addCleanup(self.engine, "rm", "--force", box.id, check=False)
        self.assertEqual(box.exec("true").returncode, 0, "the good file lets exec through")
        breaks()
        self.refuses_what_grants(box, said)
        for words in (("top", box.id), ("pause", box.id), ("unpause", box.id), ("kill", "--signal=HUP", box.id),
                      ("stop", "--time=2", box.id), ("rm", box.id)):
            with self.subTest(words[0]):
                self.engine(*words)
        mend()
        with self.engine.start("hardened-broken") as again:
            self.assertEqual(again.exec("true").returncode, 0, "mended, it runs again")
    return test


for name, breaks, said in BROKEN:
    method = "test_" + re.sub(r"\W+", "_", name)
    setattr(Direct, method, _direct_test(breaks, said))
    if name in THROUGH_DOCKER:
        setattr(ThroughDocker, method, _docker_test(breaks, said))


class Start(EngineCase):
    """The runtime's own start, between a good create and user code, reads no policy."""

    def test_start_needs_no_policy(self):
        mend()
        shim = Runtime(link("broken"))
        bundle = Bundle("/run/world/started", Requests(self.engine).spec(command=("sleep", "1000")), "started")
        for words in (("create", "--bundle", bundle.path, "started"), None, ("start", "started"),
                      ("kill", "started", "KILL"), ("delete", "--force", "started")):
            if words is None:
                FILE.unlink()
                continue
            code, said = shim(*words)
            self.assertEqual(code, 0, said)


if __name__ == "__main__":
    main()
