#!/usr/bin/python3
"""hardenedctl explains what dockerd asks for and what its containers hold, and finds what somebody raised by hand."""

import json
import os
import subprocess
from pathlib import Path

from harness.bundle import Bundle, Requests
from harness.case import EngineCase, main
from harness.install import BINARY, POLICIES, ROOT, put_policy

TOOL = Path(os.environ.get("HARDENED_CTL", BINARY.with_name("hardenedctl")))
OTHERS = ROOT / "tests/golden/cases"


def tool(*words):
    """(exit status, standard output, standard error)"""
    done = subprocess.run([TOOL, *map(str, words)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def explained(*words):
    code, out, err = tool("explain", "--json", *words)
    assert code in (0, 1), err
    return code, json.loads(out)


def decided(told):
    return {one["control"]: one["verdict"] for one in told["controls"]}


class Documents(EngineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.requests = Requests(cls.engine)

    def bundle(self, *options):
        """What dockerd asks for, in a bundle of our own."""
        return Bundle("/run/world/asked", self.requests.spec(*options))

    def test_what_is_said_is_what_the_runtime_does(self):
        for options in ((), ("--cap-add=SYS_PTRACE",), ("--pids-limit=100",), ("--security-opt=seccomp=unconfined",),
                        ("--pid=host",), ("--volume=/etc:/data",), ("--device=/dev/null:/dev/other",)):
            with self.subTest(options):
                bundle = self.bundle(*options)
                before = bundle.config.read_bytes()
                code, told = explained(bundle.path)
                self.assertEqual(bundle.config.read_bytes(), before, "explain changed the bundle")
                patch = tool("explain", "--diff", bundle.path)
                said = self.create(bundle)
                if told["verdict"] == "refused":
                    self.assertEqual((code, patch[0], patch[1]), (1, 1, ""))
                    self.assertIn(told["message"], said)
                    self.assertIn(told["message"], patch[2])
                    continue
                self.assertEqual(code, 0)
                self.assertEqual(self.without_ours(patched(json.loads(before), json.loads(patch[1]))),
                                 self.without_ours(bundle.granted()))

    def create(self, bundle):
        """What hardened says; what it granted stands in the bundle."""
        said = Path("/run/world/said")
        with said.open("wb") as out:
            subprocess.run([BINARY, "--root", "/run/world/root", "create", "--bundle", bundle.path, "one"],
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=out, timeout=30)
        subprocess.run([BINARY, "--root", "/run/world/root", "delete", "--force", "one"], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=30)
        return said.read_text(errors="replace")

    def without_ours(self, spec):
        """Our hooks are added to what was decided, behind it; no program of ours is asked for one here."""
        hooks = {stage: [hook for hook in all if not hook["path"].endswith("hardened-hook")]
                 for stage, all in (spec.get("hooks") or {}).items()}
        hooks = {stage: all for stage, all in hooks.items() if all}
        return {**{key: value for key, value in spec.items() if key != "hooks"}, **({"hooks": hooks} if hooks else {})}

    def test_privileged_at_a_glance(self):
        code, out, err = tool("explain", self.bundle().path)
        self.assertEqual((code, err), (0, ""))
        self.assertIn("would be narrowed by /etc/hardened/policy.yaml", out)
        code, out, _ = tool("explain", OTHERS / "privileged-docker-29/config.json")
        self.assertEqual(code, 0)
        self.assertIn("it asks for all of --privileged", out)
        for control in ("capabilities", "seccomp", "devices", "system_mounts", "paths", "pids"):
            self.assertRegex(out, rf"(?m)^{control} +\S")
        print("\n" + out, flush=True)

    def test_check_of_a_wrong_policy(self):
        wrong = put_policy("wrong", text="version: 1\nextends: docker-default\ncontrols: {pids: {maximun: 5}}\n")
        code, out, _ = tool("check", wrong, POLICIES / "policy.yaml")
        self.assertEqual(code, 1)
        self.assertIn("wrong.yaml:3:19: unknown key 'maximun', did you mean maximum?", out)
        self.assertIn("policy.yaml: good", out)
        self.assertNotIn("warning", out)
        Path("/etc/hardened/policy.yaml").chmod(0o666)
        self.addCleanup(Path("/etc/hardened/policy.yaml").chmod, 0o644)
        code, out, _ = tool("check", POLICIES / "policy.yaml")
        self.assertEqual(code, 1)
        self.assertIn("policy.yaml: no call would take it from here", out)

    def test_the_shipped_examples(self):
        code, out, err = tool("test", ROOT / "docs/policy-tests")
        self.assertEqual((code, err), (0, ""), out)
        self.assertIn("4 passed, 0 failed", out)


class Containers(EngineCase):
    def test_one_that_holds_what_it_was_granted(self):
        with self.engine.start("hardened", "--name=web", "--cap-add=SYS_PTRACE") as box:
            for meant in ("web", box.id, box.id[:10]):
                code, told = explained(meant)
                self.assertEqual((code, told["state"], told["container"]), (0, "as_granted", box.id))
            self.assertEqual(decided_of(told, "capabilities")["decided"]["changes"][0]["asked"], "CAP_SYS_PTRACE")
            code, out, _ = tool("explain", "web")
            self.assertEqual(code, 0)
            self.assertIn("holds what it was granted", out)
            self.assertRegex(out, r"(?m)^capabilities +CAP_SYS_PTRACE +none of these +as granted")

    def test_a_limit_that_was_raised_by_hand(self):
        with self.engine.start("hardened", "--name=raised") as box:
            limit = box.process.cgroup_directory("pids") / "pids.max"
            limit.write_text("max")
            code, told = explained("raised")
            self.assertEqual((code, told["state"]), (1, "above"))
            pids = told["controls"][0]
            self.assertEqual((pids["control"], pids["state"]), ("pids", "above"))
            code, out, _ = tool("explain", "raised")
            self.assertEqual(code, 1)
            self.assertIn("holds more than it was granted", out)
            self.assertRegex(out, r"(?m)^pids +no limit +4096 +more: it ")
            self.assertTrue(Path(f"/proc/{box.process.pid}").exists(), "explain ended it")
            print("\n" + out, flush=True)
            limit.write_text("4096")
            self.assertEqual(explained("raised")[0], 0)

    def test_one_of_bare_runc(self):
        with self.engine.start("runc", "--name=bare", "--cap-add=SYS_PTRACE"):
            code, out, _ = tool("explain", "bare")
            self.assertEqual(code, 1)
            self.assertIn("did not start under hardened", out)
            self.assertRegex(out, r"(?m)^capabilities +CAP_SYS_PTRACE")

    def test_an_exec_in_a_container(self):
        process = Path("/run/world/process.json")
        process.write_text(json.dumps({"args": ["id"], "cwd": "/", "capabilities": {"bounding": ["CAP_SYS_ADMIN"]}}))
        with self.engine.start("hardened", "--name=web"):
            code, told = explained("--process", process, "web")
            self.assertEqual((code, told["call"], decided(told)["capabilities"]), (0, "exec", "narrowed"))

    def test_nobody_is_called_so(self):
        code, _, err = tool("explain", "nobody-at-all")
        self.assertEqual(code, 3)
        self.assertIn("no container is called nobody-at-all", err)


def decided_of(told, control):
    return next(one for one in told["controls"] if one["control"] == control)


def patched(document, patch):
    """RFC 6902, as far as explain uses it."""
    for one in patch:
        *above, last = [token.replace("~1", "/").replace("~0", "~") for token in one["path"].split("/")[1:]]
        place = document
        for token in above:
            place = place[int(token)] if isinstance(place, list) else place[token]
        if isinstance(place, list):
            last = len(place) if last == "-" else int(last)
        if one["op"] == "remove":
            del place[last]
        elif isinstance(place, list) and one["op"] == "add":
            place.insert(last, one["value"])
        else:
            if one["op"] == "replace" and isinstance(place, dict):
                assert last in place, one
            place[last] = one["value"]
    return document


if __name__ == "__main__":
    main()
