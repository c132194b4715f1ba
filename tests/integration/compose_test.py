#!/usr/bin/python3
"""Three services of Debian's in a compose file, a web server, a database and a cache: they come up, find one another by
name, serve, and keep their data over a restart, under the shipped policy; and under the strict one with what the CIS
benchmark asks of their own settings."""

import json
import os
import subprocess
import time
import unittest
from pathlib import Path

from harness.case import main
from harness.engine import Engine
from harness.install import install, link, put_policy
from harness.kernel import Process

IMAGE = os.environ.get("HARDENED_SERVICES", "")  # scripts/lib/services_root made it
SERVICES = Path(__file__).resolve().parent / "services"
RECORDS = Path("/var/log/hardened/decisions.jsonl")


@unittest.skipUnless(IMAGE or "HARDENED_INSTALLED" in os.environ,
                     "the services' image is made by scripts/lib/services_root and named in HARDENED_SERVICES")
class Compose(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # This world's containers have their cgroups in a place of its own.
        put_policy("strict", text="version: 1\nextends: strict\ncontrols:\n"
                                  f"  resources: {{cgroup_parents: [{os.environ['HARDENED_CGROUP']}]}}\n")
        cls.engine = Engine(install() | {"hardened-strict": link("strict")}, network=True)
        cls.engine.launch()
        cls.addClassCleanup(cls.engine.stop)
        cls.engine("import", IMAGE, "services", timeout=120)

    def compose(self, *words, files=("docker-compose.yaml",), runtime="hardened", timeout=120):
        named = [word for file in files for word in ("--file", SERVICES / file)]
        environment = os.environ | {"DOCKER_HOST": f"unix://{self.engine.socket}", "RUNTIME": runtime,
                                    "COMPOSE_PROJECT_NAME": "trial", "COMPOSE_INTERACTIVE_NO_CLI": "1"}
        done = subprocess.run(["docker-compose", *map(str, named), *words], env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=timeout)
        self.assertEqual(done.returncode, 0, f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def answers(self, *command, **how):
        """What a service says when another asks it, once it is up."""
        end = time.monotonic() + 60
        while True:
            try:
                return self.compose("exec", "-T", "web", *command, **how).strip()
            except AssertionError:
                if time.monotonic() > end:
                    print(self.compose("logs", "--tail=30", **how), flush=True)
                    raise
                time.sleep(0.5)

    def query(self, words, **how):
        return self.answers("psql", "-h", "database", "-U", "postgres", "-qtAc", words, **how)

    def serves(self, runtime, *files):
        how = {"files": files, "runtime": runtime}
        RECORDS.unlink(missing_ok=True)
        self.addCleanup(self.compose, "down", "--volumes", "--timeout=2", **how)
        self.compose("up", "--detach", **how)
        self.assertEqual(self.answers("curl", "-sf", "http://web:8080/", **how), "served under hardened")
        self.assertEqual(self.answers("redis-cli", "-h", "cache", "set", "k", "v", **how), "OK")
        self.assertEqual(self.answers("redis-cli", "-h", "cache", "get", "k", **how), "v")
        self.query("create table t as select 42 as n", **how)
        self.compose("restart", "--timeout=5", "database", **how)
        self.assertEqual(self.query("select n from t", **how), "42")
        return {name: self.box(name, **how) for name in ("web", "database", "cache")}

    def box(self, service, **how):
        identity = self.compose("ps", "--quiet", service, **how).strip()
        return Process(self.engine.inspect(identity, "{{json .State.Pid}}"))

    def was_never_refused(self):
        records = [json.loads(line) for line in RECORDS.read_text().splitlines()]
        self.assertGreaterEqual(len([one for one in records if one["call"] == "create"]), 4)
        self.assertLessEqual({one["verdict"] for one in records}, {"unchanged", "narrowed"}, records)

    def test_under_the_shipped_policy(self):
        for process in self.serves("hardened", "docker-compose.yaml").values():
            self.assertEqual(process.seccomp, 2)
        self.was_never_refused()

    def test_under_the_strict_policy(self):
        for process in self.serves("hardened-strict", "docker-compose.yaml", "strict.yaml").values():
            self.assertEqual(process.capabilities("Bnd"), set())
            self.assertEqual(process.status("NoNewPrivs"), "1")
            self.assertTrue(process.mount("/").read_only)
        self.was_never_refused()


if __name__ == "__main__":
    if IMAGE == "none":
        print("passed over: no archive of Debian can be reached here, to make the services' image of")
    else:
        main()
