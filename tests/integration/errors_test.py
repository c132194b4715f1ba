#!/usr/bin/python3
"""What a person sees when something is refused: our words in docker's error text, and docker's exit codes.

Docker takes the text of create, start and exec from the runtime's log file, that of update from its
standard error, and turns some phrases ("permission denied") into other exit codes."""

import json

from harness.case import EngineCase, main
from harness.engine import FOREVER, IMAGE, Refused
from harness.install import REFUSING, link, put_policy
from harness.terminal import on_terminal


class Errors(EngineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        put_policy("refusing", text=REFUSING)
        cls.engine.runtimes["hardened-refusing"] = link("refusing")
        cls.engine.reload()

    def box(self, *options):
        box = self.engine.start("hardened-refusing", *options)
        self.addCleanup(box.remove)
        return box

    def is_refusal(self, words, *parts):
        self.assertIn("hardened: ", words)
        self.assertNotIn("unable to retrieve OCI runtime error", words)
        for part in parts:
            self.assertIn(part, words)

    def test_a_modest_request_runs(self):
        box = self.box("--pids-limit=10")
        self.assertEqual(box.exec("echo", "yes").stdout, "yes\n")

    def test_run(self):
        with self.assertRaises(Refused) as seen:
            self.engine.start("hardened-refusing", "--cap-add=SYS_ADMIN")
        self.assertEqual(seen.exception.code, 125)
        self.is_refusal(seen.exception.words, "SYS_ADMIN")

    def test_run_on_a_terminal(self):
        code, screen = on_terminal(self.engine.command(
            "run", "--rm", "-it", "--runtime=hardened-refusing", "--cap-add=SYS_ADMIN", IMAGE, "echo", "ran"))
        self.assertEqual(code, 125)
        self.is_refusal(screen, "SYS_ADMIN")
        self.assertNotIn("\nran", screen)

    def test_start_of_a_created_container(self):
        made = self.engine("create", "--runtime=hardened-refusing", "--cap-add=SYS_ADMIN", IMAGE, "true").stdout.strip()
        self.addCleanup(self.engine, "rm", "--force", made)
        done = self.engine("start", made, check=False)
        self.assertEqual(done.returncode, 1)
        self.is_refusal(done.stderr, "SYS_ADMIN")
        self.is_refusal(self.engine.inspect(made, "{{json .State.Error}}"), "SYS_ADMIN")

    def test_a_refused_container_can_be_removed(self):
        made = self.engine("create", "--runtime=hardened-refusing", "--cap-add=SYS_ADMIN", IMAGE, "true").stdout.strip()
        self.engine("start", made, check=False)
        self.engine("rm", made)
        self.assertEqual(self.engine("ps", "--all", "--quiet", "--no-trunc").stdout.count(made), 0)

    def test_exec(self):
        box = self.box()
        done = box.exec("true", options=("--privileged",))
        self.assertEqual(done.returncode, 126)
        self.is_refusal(done.stdout + done.stderr, "CAP_")
        self.assertEqual(box.exec("true").returncode, 0, "and a modest one still runs")

    def test_exec_on_a_terminal(self):
        box = self.box()
        code, screen = on_terminal(self.engine.command("exec", "-it", "--privileged", box.id, "echo", "ran"))
        self.assertEqual(code, 126)
        self.is_refusal(screen, "CAP_")

    def test_update(self):
        box = self.box("--pids-limit=10")
        done = self.engine("update", "--pids-limit", "-1", box.id, check=False)
        self.assertEqual(done.returncode, 1)
        self.is_refusal(done.stderr, "pids")
        self.assertEqual(box.process.cgroup_file("pids.max"), "10")
        self.engine("update", "--pids-limit", "9", box.id)
        self.assertEqual(box.process.cgroup_file("pids.max"), "9")

    def test_runcs_own_errors_arrive_as_they_are(self):
        seen = {}
        for runtime in ("runc", "hardened-refusing"):
            done = self.engine("run", "--rm", "--runtime", runtime, IMAGE, "/nowhere", check=False)
            seen[runtime] = done.returncode, done.stdout, done.stderr
        self.assertEqual(seen["runc"], seen["hardened-refusing"])
        self.assertEqual(seen["runc"][0], 127)

    def test_nothing_is_said_when_all_is_well(self):
        for options in ((), ("--privileged",), ("--pids-limit=-1",)):
            with self.subTest(options=options):
                done = self.engine("run", "--rm", "--network=none", "--runtime=hardened", *options, IMAGE, "echo", "out")
                self.assertEqual((done.stdout, done.stderr), ("out\n", ""))
        with self.engine.start("hardened", command=("sh", "-c", f"echo out; {FOREVER}")) as box:
            self.assertEqual(box.exec("true", options=("--privileged",)).stdout, "")
            self.assertEqual(self.engine("logs", box.id).stdout, "out\n")

    def test_each_refusal_is_on_record(self):
        with self.assertRaises(Refused):
            self.engine.start("hardened-refusing", "--cap-add=SYS_BOOT")
        lines = [json.loads(line) for line in open("/var/log/hardened/decisions.jsonl")]
        last = [line for line in lines if "CAP_SYS_BOOT" in json.dumps(line)]
        self.assertTrue(last, lines[-3:])
        self.assertEqual(last[-1]["verdict"], "refused")


if __name__ == "__main__":
    main()
