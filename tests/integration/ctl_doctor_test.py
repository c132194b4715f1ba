#!/usr/bin/python3
"""Does `hardenedctl doctor` find each hole that is made on purpose, and nothing on a host without one?"""

import json
import os
import subprocess
import unittest
from pathlib import Path

from harness.case import main
from harness.engine import NO_NETWORK, Engine
from harness.install import BINARY, POLICIES, install, link, put_policy

DOCTOR = BINARY.parent / "hardenedctl"
SETTINGS = Path("/etc/docker/daemon.json")
SHADOW = Path("/run/world/shadow")
SOCKET = Path("/run/world/docker.sock")
LOOSE = "version: 1\nextends: docker-default\ncontrols:\n  capabilities: {ceiling: [docker-default, SYS_ADMIN]}\n"
WAIVING = f"""\
version: 1
extends: docker-default
waivers:
  - name: builder
    match: {{image_id: ["sha256:{"1" * 64}"]}}
    controls: {{capabilities: {{ceiling: [docker-default, SYS_ADMIN]}}}}
    because: the test asks for it
"""
# Of Debian 12's own runc, whatever is installed beside it.
KNOWN = ("--ignore=runtime-version",)
# What a host of today has and these machines may lack.
QUIET = {"buildkit-version", "managed-plugins", "log-drivers", "user-namespaces", "apparmor", "other-engines", "runtime-version"}


def doctor(*options):
    return subprocess.run([DOCTOR, "doctor", *options], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)


def findings(*options):
    """{id: [(severity, what)]}"""
    out = {}
    for one in json.loads(doctor("--json", *options).stdout)["findings"]:
        out.setdefault(one["id"], []).append((one["severity"], one["what"]))
    return out


class Host(Engine):
    """A dockerd that takes the host's own configuration file."""

    def __init__(self, runtimes, settings, options=()):
        super().__init__(runtimes, options=options)
        self.settings = settings

    def _write_settings(self):
        SETTINGS.parent.mkdir(exist_ok=True)
        SETTINGS.write_text(json.dumps({
            "runtimes": {name: {"path": str(path)} for name, path in self.runtimes.items()}, **NO_NETWORK, "userland-proxy": False,
            "cgroup-parent": os.environ["HARDENED_CGROUP"], "shutdown-timeout": 2, **self.settings}))
        return SETTINGS


class Case(unittest.TestCase):
    maxDiff = None

    def found(self, name, words, severity=None, *options):
        all_ = findings(*options)
        matching = [(how, what) for how, what in all_.get(name, []) if words in what]
        self.assertTrue(matching, f"no finding '{name}' that says '{words}' in {json.dumps(all_, indent=1)}")
        if severity:
            self.assertEqual(matching[0][0], severity, matching)

    def not_found(self, name):
        self.assertNotIn(name, findings())


class Good(Case):
    @classmethod
    def setUpClass(cls):
        SHADOW.mkdir(parents=True)
        (SHADOW / "runc").symlink_to(BINARY)
        path = os.environ["PATH"]
        os.environ["PATH"] = f"{SHADOW}:{path}"
        cls.addClassCleanup(os.environ.__setitem__, "PATH", path)
        cls.engine = Host(install(), {"default-runtime": "hardened"})
        cls.engine.__enter__()
        cls.addClassCleanup(cls.engine.stop)

    def test_it_is_a_short_page(self):
        with self.engine.start("hardened"), self.engine.start("runc"):
            page = doctor(*KNOWN)
        print(page.stdout)
        self.assertEqual((page.returncode, page.stderr), (0, ""), page.stdout)
        self.assertEqual(set(findings()) - QUIET, set())
        self.assertLess(len(page.stdout.splitlines()), 45)

    def test_the_engine_below_is_told(self):
        self.found("other-engines", "containerd.sock, for root alone", "info")

    def test_the_canary_says_what_this_engine_asks_for(self):
        page = doctor("--only=canary", "--canary", f"--docker-host=unix://{SOCKET}")
        print(page.stdout)
        self.assertEqual((page.returncode, page.stderr), (0, ""), page.stdout)
        self.assertIn("asks by itself for pids above the ceiling", page.stdout)
        self.assertEqual(self.engine("ps", "--all", "--quiet").stdout, "")

    def test_the_canary_hears_a_refusal(self):
        before = (POLICIES / "policy.yaml").read_text()
        self.addCleanup(put_policy, "policy", text=before)
        put_policy("policy", text="version: 1\nextends: docker-default\ncontrols:\n  user: {run_as: 1000-2000}\n")
        page = doctor("--only=canary", "--canary", f"--docker-host=unix://{SOCKET}", "--image=box")
        self.assertEqual(page.returncode, 1, page.stdout + page.stderr)
        self.assertIn("a plain container is refused", page.stdout)
        self.assertEqual(self.engine("ps", "--all", "--quiet").stdout, "")

    def test_a_socket_for_all_is_the_first_finding(self):
        SOCKET.chmod(0o666)
        self.addCleanup(SOCKET.chmod, 0o660)
        page = json.loads(doctor("--json").stdout)
        self.assertEqual((page["findings"][0]["id"], page["findings"][0]["severity"]), ("raw-socket", "critical"))

    def test_members_of_its_group_are_named(self):
        group = Path("/etc/group")
        before = group.read_text()
        self.addCleanup(group.write_text, before)
        number = SOCKET.stat().st_gid
        lines = [f"{line}mallory" if line.split(":")[2:3] == [str(number)] else line for line in before.splitlines()]
        group.write_text("\n".join(lines) + "\n")
        self.found("raw-socket", "open to mallory", "critical")

    def test_policies(self):
        policy = POLICIES / "policy.yaml"
        before = policy.read_text()
        self.addCleanup(put_policy, "policy", text=before)
        for text, name, words in ((WAIVING, "waivers", "builder opens again E01"), (WAIVING + "    expires: 2025-01-01\n", "expired-waivers", "builder"),
                                  ("version: 1\nextends: observe\n", "policy-observes", "nothing is bounded"),
                                  ("version: 2\n", "policy-valid", "version"),
                                  ("version: 1\nextends: docker-default\nallowed_calls: [restore]\n", "policy-settings", "restore")):
            with self.subTest(name):
                put_policy("policy", text=text)
                self.found(name, words)
        put_policy("policy", text=before)
        policy.chmod(0o666)
        self.found("policy-trust", "others than root can write to it", "critical")
        policy.chmod(0o644)
        self.not_found("policy-trust")

    def test_the_record(self):
        log = Path("/var/log/hardened")
        log.mkdir(exist_ok=True)
        mode = log.stat().st_mode
        self.addCleanup(log.chmod, mode)
        log.chmod(0o777)
        self.found("decision-log", "/var/log/hardened", "high")


class Bad(Case):
    @classmethod
    def setUpClass(cls):
        put_policy("loose", text=LOOSE)
        cls.engine = Host(install() | {"loose": link("loose"), "crun": "/usr/bin/crun"}, {"experimental": True},
                          options=("--host", "tcp://127.0.0.1:2375"))
        cls.engine.network = True  # a loopback of its own
        cls.engine.__enter__()
        cls.addClassCleanup(cls.engine.stop)
        cls.engine("run", "--detach", "--name=before", "--runtime=runc", "--label=io.hardened.policy=forged", "--env=DB_PASSWORD=x",
                   "box", "sleep", "1000")
        cls.engine("create", "--name=talker", "--runtime=crun", "--log-driver=syslog", "--log-opt=syslog-address=udp://127.0.0.1:9", "box", "true")
        SOCKET.chmod(0o666)

    def test_00_the_page(self):
        page = doctor()
        print(page.stdout)
        self.assertEqual((page.returncode, page.stderr), (1, ""))
        self.assertIn("critical  raw-socket", page.stdout)

    def test_each_is_found(self):
        all_ = findings()
        for name, severity, words in (
                ("raw-socket", "critical", "open to everybody"),
                ("tcp-socket", "critical", "tcp://127.0.0.1:2375"),
                ("default-runtime", "high", "the default runtime is runc"),
                ("stock-runtime", "high", "/usr/sbin/runc"),
                ("other-runtimes", "high", "--runtime=crun starts /usr/bin/crun"),
                ("looser-runtimes", "high", "it is looser in capabilities"),
                ("build-runtime", "high", "BuildKit"),
                ("buildkit-version", "high", "CVE-2024-23651"),
                ("unmanaged-containers", "high", "the container before of docker runs and was not created by hardened, made with runc"),
                ("other-runtime-containers", "high", "one container was made with runc: before"),
                ("other-runtime-containers", "high", "one container was made with crun: talker"),
                ("forged-mark", "high", "before is marked io.hardened"),
                ("secrets-in-environment", "medium", "1 secret stands in the environment of before"),
                ("log-drivers", "medium", "talker (syslog)"),
                ("checkpoints", "info", "which the policy refuses")):
            with self.subTest(name):
                self.assertTrue([what for how, what in all_.get(name, []) if how == severity and words in what],
                                f"{name}: {json.dumps(all_.get(name), indent=1)}")

    def test_containers_that_are_gone_are_no_finding(self):
        self.engine("run", "--rm", "--name=short", "--runtime=runc", "box", "true")
        self.assertNotIn("short", json.dumps(findings()))


if __name__ == "__main__":
    main()
