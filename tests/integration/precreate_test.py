#!/usr/bin/python3
"""podman passes each container through hardened-hook before it calls a runtime: the stage precreate of a hooks directory."""

import json
import shutil
import unittest
from pathlib import Path

from fields_test import without_the_unified_hierarchy
from harness.bundle import low_level, program
from harness.case import main
from harness.install import BINARY, POLICIES, REFUSING, ROOT, install, put_policy
from harness.podman import SHOW, Podman, held, names

HOOK = BINARY.with_name("hardened-hook")
SHIPPED = ROOT / "packaging/hooks.d/zz-hardened.json"
PLACE = Path("/run/world/hooks.d")
RECORDS = Path("/var/log/hardened/decisions.jsonl")
RUNC = "/usr/sbin/runc"
WIDE = ("--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined")
KEEP = '#!/bin/sh\ncat >{place}/$$.part && cat {place}/$$.part && mv {place}/$$.part {place}/{name}\n'


def shipped(**changed):
    """The file that is shipped, for the program that was built."""
    entry = json.loads(SHIPPED.read_text())
    entry["hook"].update(path=str(HOOK), **changed)
    return entry


def put(name, entry):
    PLACE.mkdir(exist_ok=True)
    (PLACE / name).write_text(json.dumps(entry))


def keeping(name):
    """A hook that writes down what passes it."""
    path = program(f"keep-{name}", KEEP.format(place="/run/world", name=name))
    return {"version": "1.0.0", "hook": {"path": str(path)}, "when": {"always": True}, "stages": ["precreate"]}


def records():
    return [json.loads(line) for line in RECORDS.read_text().splitlines()] if RECORDS.exists() else []


class Precreate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        install()
        cls.podman = Podman()

    def setUp(self):
        shutil.rmtree(PLACE, ignore_errors=True)
        RECORDS.unlink(missing_ok=True)
        put_policy("policy", ROOT / "config/policy.yaml")
        put(SHIPPED.name, shipped())

    def run_box(self, *options, runtime=RUNC, hooks=True, command=SHOW, first="--rm"):
        before = ("--hooks-dir", str(PLACE)) if hooks else ()
        return self.podman.run(*options, runtime=runtime, before=before, command=command, first=first)

    def test_a_plain_run_keeps_what_podman_asks(self):
        bare = self.run_box(hooks=False)
        bounded = self.run_box()
        self.assertEqual(bounded.returncode, 0, bounded.stderr)
        self.assertEqual(held(bounded.stdout), held(bare.stdout))

    def test_a_wide_request_is_narrowed_as_by_the_runtime(self):
        bare = self.run_box(*WIDE, hooks=False)
        self.assertEqual((names(bare.stdout), held(bare.stdout)["Seccomp"]), (12, "0"), bare.stderr)
        hooked = self.run_box(*WIDE)
        self.assertEqual(hooked.returncode, 0, hooked.stderr)
        called = self.run_box(*WIDE, runtime=BINARY, hooks=False)
        both = self.run_box(*WIDE, runtime=BINARY)
        self.assertEqual((names(hooked.stdout), held(hooked.stdout)["Seccomp"]), (11, "2"))
        self.assertEqual(held(hooked.stdout), held(called.stdout), called.stderr)
        self.assertEqual(held(hooked.stdout), held(both.stdout), both.stderr)
        self.assertEqual([record["call"] for record in records()], ["precreate", "create", "precreate", "create"])
        self.assertEqual([record["verdict"] for record in records()], ["narrowed", "narrowed", "narrowed", "unchanged"])

    def test_privileged(self):
        bounded = self.run_box("--privileged")
        self.assertEqual(bounded.returncode, 0, bounded.stderr)
        self.assertLessEqual(names(bounded.stdout), 14)
        self.assertEqual(held(bounded.stdout)["Seccomp"], "2")
        self.assertTrue(records()[-1]["privileged"])

    def test_with_crun(self):
        without_the_unified_hierarchy()
        bounded = self.run_box(*WIDE, runtime="/usr/bin/crun")
        self.assertEqual(bounded.returncode, 0, bounded.stderr)
        self.assertEqual((names(bounded.stdout), held(bounded.stdout)["Seccomp"]), (11, "2"))

    def test_it_is_recorded_with_the_id_that_podman_gave(self):
        made = self.run_box(*WIDE, command=("sleep", "1000"), first="--detach")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.addCleanup(self.podman, "rm", "--force", "--time=0", made.stdout.strip(), runtime=RUNC)
        record = records()[-1]
        self.assertEqual((record["id"], record["engine"]), (made.stdout.strip(), "podman"))

    def test_twice_is_once(self):
        put("zzz-1.json", keeping("once.json"))
        put("zzz-2.json", shipped())
        put("zzz-3.json", keeping("twice.json"))
        done = self.run_box(*WIDE)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(*(Path("/run/world", name).read_bytes() for name in ("once.json", "twice.json")))

    # podman gives standard error of these hooks to nobody: the record has the words.
    def test_a_refusal_makes_no_container(self):
        put_policy("policy", text=REFUSING)
        done = self.run_box(*WIDE, command=("/bin/echo", "ran"))
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stdout, "")
        self.assertIn("executing [hardened-hook precreate --policy /etc/hardened/policy.yaml]: exit status 1", done.stderr)
        record = records()[-1]
        self.assertEqual((record["call"], record["verdict"]), ("precreate", "refused"))
        self.assertIn("CAP_SYS_ADMIN", json.dumps(record))

    def test_a_broken_policy_makes_no_container(self):
        put_policy("policy", text="version: 1\nextends: docker-default\ncontrols: {pids: {maximum: many}}\n")
        done = self.run_box(command=("/bin/echo", "ran"))
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stdout, "")

    def test_a_policy_for_podman_alone(self):
        put_policy("podman", text="version: 1\nextends: observe\n")
        self.addCleanup((POLICIES / "podman.yaml").unlink)
        put(SHIPPED.name, shipped(args=["hardened-hook", "precreate", "--policy", "/etc/hardened/podman.yaml"]))
        done = self.run_box(*WIDE)
        self.assertEqual(names(done.stdout), 12, done.stderr)

    def test_a_namespace_of_another_container_of_podmans_is_joined(self):
        made = self.run_box(command=("sleep", "1000"), first="--detach")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.addCleanup(self.podman, "rm", "--force", "--time=0", made.stdout.strip(), runtime=RUNC)
        joined = self.run_box(f"--ipc=container:{made.stdout.strip()}")
        self.assertEqual(joined.returncode, 0, joined.stderr)
        self.assertNotEqual(self.run_box("--ipc=host").returncode, 0)
        # The link beside the policy says which runtime knows podman's containers.
        low_level("policy", "/usr/bin/crun")
        self.addCleanup((POLICIES / "policy.runtime").unlink)
        self.assertNotEqual(self.run_box(f"--ipc=container:{made.stdout.strip()}").returncode, 0)

    # The boundary, as it is: the documentation says so.
    def test_exec_and_update_are_not_bounded(self):
        made = self.run_box("--cap-add=SYS_ADMIN", command=("sleep", "1000"), first="--detach")
        self.assertEqual(made.returncode, 0, made.stderr)
        box, before = made.stdout.strip(), ("--hooks-dir", str(PLACE))
        self.addCleanup(self.podman, "rm", "--force", "--time=0", box, runtime=RUNC)
        plain = self.podman("exec", box, *SHOW, runtime=RUNC, before=before)
        self.assertEqual(names(plain.stdout), 11, plain.stderr)
        wide = self.podman("exec", "--privileged", box, *SHOW, runtime=RUNC, before=before)
        self.assertGreater(names(wide.stdout), 14, wide.stderr)
        self.assertEqual([record["call"] for record in records()], ["precreate"])
        self.podman("update", "--cpus=1", box, runtime=RUNC, before=before)
        self.assertEqual([record["call"] for record in records()], ["precreate"])


if __name__ == "__main__":
    main()
