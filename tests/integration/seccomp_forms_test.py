#!/usr/bin/python3
"""Profiles that are none, that are too many, that are wrong, or that speak of other architectures: what is granted,
how long it takes, and which rule the message names."""

import json
import subprocess
import time
from pathlib import Path

from harness.bundle import Bundle, Requests, Runtime
from harness.calls import EPERM, Calls, call, docker_default, profile, with_programs
from harness.case import EngineCase, main
from harness.engine import Refused
from harness.install import BINARY, link, put_policy

RECORD = Path("/var/log/hardened/decisions.jsonl")
UNCONFINED = "--security-opt=seccomp=unconfined"
ERRNO, ALLOW = "SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW"
MADE = [call("read", -1), call("unshare", 0x10000000), call("socket", 38, 1), call("keyctl", 9999), call("clone3")]
OPEN, BOUNDED = ["9", "0", "97", "95", "22"], ["9", EPERM, EPERM, EPERM, "38"]
NATIVE = "version: 1\nextends: docker-default\ncontrols: {seccomp: {architectures: native}}\n"
RUNC = "/usr/sbin/runc"


def rule(*names, action=ALLOW, **more):
    return {"names": list(names), "action": action, **more}


def argument(index, value, op="SCMP_CMP_EQ"):
    return {"index": index, "value": value, "op": op}


def many_rules(names, different, fallback, action):
    """4,000 rules, so many of them different: each for one value of one argument of one of these calls."""
    def one(n):
        n %= different
        return rule(names[n % len(names)], action=action, errnoRet=71,
                    args=[argument(n // len(names) % 3, 1000 + n)])
    return {"defaultAction": fallback, "architectures": ["SCMP_ARCH_X86_64"], "syscalls": [one(n) for n in range(4000)]}


# What neither runc's init nor a container's first steps need, and the ceiling allows.
SPARE = ("mknod mkdir rmdir symlink link chown lchown setxattr lsetxattr getxattr msgget msgsnd msgctl shmget shmctl "
         "semget semctl timer_create timer_settime timer_delete mq_open mq_unlink sched_setparam sched_getparam "
         "setpriority getpriority truncate ftruncate fallocate fadvise64 mincore msync mlock munlock sync_file_range "
         "splice tee vmsplice utimes utimensat").split()


class Forms(EngineCase):
    @classmethod
    def setUpClass(cls):
        with_programs()
        super().setUpClass()
        put_policy("native", text=NATIVE)
        cls.engine.runtimes["hardened-native"] = link("native")
        cls.requests = Requests(cls.engine)
        cls.calls = Calls(cls.engine)
        cls.spec = cls.requests.spec(UNCONFINED, command=("calls", *MADE))

    def run_bundle(self, runtime, seccomp, made=MADE):
        """(exit code, the answers, what was said, seconds) of a bundle with this section."""
        spec = json.loads(json.dumps(self.spec))
        spec["linux"].pop("seccomp", None)
        spec["process"]["args"] = ["calls", *made]
        if seccomp is not None:
            spec["linux"]["seccomp"] = seccomp
        bundle, runtime = Bundle("/run/world/form", spec), Runtime(runtime)
        begin = time.monotonic()
        done = subprocess.run(runtime.command("run", "--bundle", bundle.path, "one"), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60)
        seconds = time.monotonic() - begin
        runtime.delete()
        return done.returncode, done.stdout.split("\n")[:-1], done.stderr, seconds


class Unconfined(Forms):
    def is_bounded(self, option, words):
        self.assertEqual(self.calls("runc", *MADE, options=[option]), OPEN)
        self.assertEqual(self.calls("hardened", *MADE, options=[option]), BOUNDED)
        self.assertIn(words, RECORD.read_text().splitlines()[-1])

    def test_no_profile(self):
        self.is_bounded(UNCONFINED, "unconfined")

    def test_an_empty_one(self):
        self.is_bounded(profile("empty", "{}"), "unconfined")

    def test_one_that_allows(self):
        self.is_bounded(profile("all", {"defaultAction": ALLOW}), "/linux/seccomp/defaultAction")

    def test_in_a_bundle(self):
        for section in (None, {}, {"defaultAction": ""}, {"defaultAction": ALLOW}, {"syscalls": []}):
            with self.subTest(section=section):
                self.assertEqual(self.run_bundle(RUNC, section)[:2], (0, OPEN))
                self.assertEqual(self.run_bundle(BINARY, section)[:2], (0, BOUNDED))


class Errnos(Forms):
    """Which word a denied call hears, where the request has its own for all that it does not name."""

    def test_the_request_s_own_but_for_clone3(self):
        # What newer kernels have is named, else runc itself says ENOSYS to clone3.
        named = rule(*{n for r in docker_default()["syscalls"] for n in r["names"]} - {"clone3", "mkdir"}, "keyctl")
        for number in (71, 1):
            section = {"defaultAction": ERRNO, "defaultErrnoRet": number, "architectures": ["SCMP_ARCH_X86_64"],
                       "syscalls": [named]}
            own = str(number)
            made = [call("mkdir", -1), call("add_key"), call("keyctl", 9999), call("clone3")]
            with self.subTest(number=number):
                self.assertEqual(self.run_bundle(RUNC, section, made)[1], [own, own, "95", own])
                # keyctl is the ceiling's alone to deny. clone3 has to make the C library fall back to clone.
                self.assertEqual(self.run_bundle(BINARY, section, made)[1], [own, own, EPERM, "38"])


class Many(Forms):
    def denied_and_not(self, content):
        """The call of the last of the rules, for the value it names and for another."""
        last = content["syscalls"][-1]
        condition = last["args"][0]
        values = [[0] * condition["index"] + [value] for value in (condition["value"], 0)]
        return [call(last["names"][0], *one) for one in values]

    def both(self, content):
        """[(answers, seconds)] of bare runc and of hardened."""
        option, out = profile("many", content), []
        for runtime in ("runc", "hardened"):
            begin = time.monotonic()
            answers = self.calls(runtime, *MADE, *self.denied_and_not(content), options=[option])
            out.append((answers, time.monotonic() - begin))
        return out

    def test_four_thousand_rules_that_allow(self):
        content = many_rules(SPARE, 400, ERRNO, ALLOW)
        others = sorted({n for r in docker_default()["syscalls"] for n in r["names"]} - set(SPARE)) + ["keyctl", "unshare"]
        content["syscalls"][:3600] = [rule(others[n % len(others)]) for n in range(3600)]
        self.assertEqual(len(content["syscalls"]), 4000)
        (bare, slow), (granted, seconds) = self.both(content)
        self.assertEqual(bare[:-2], OPEN)
        self.assertEqual(granted[:-2], BOUNDED)
        self.assertNotIn(bare[-2], (EPERM, "71"))
        self.assertEqual(granted[-2:], [bare[-2], EPERM])
        self.assertLess(seconds, slow + 3)

    def test_four_thousand_rules_that_deny(self):
        (bare, slow), (granted, seconds) = self.both(many_rules(SPARE, 800, ALLOW, ERRNO))
        self.assertEqual(bare[:-1], [*OPEN, "71"])
        self.assertNotIn(bare[-1], (EPERM, "71"))
        self.assertEqual(granted[:-2], BOUNDED)
        self.assertIn(granted[-2], ("71", EPERM))
        self.assertLess(seconds, slow + 3)
        # "All but these" of an int takes some thirty rules: where that is too many, less is granted, and said.
        cut = "it would take more rules than a filter" in RECORD.read_text().splitlines()[-1]
        self.assertEqual(granted[-1], EPERM if cut else bare[-1])

    def test_more_than_a_filter_holds(self):
        # The kernel takes 4,096 instructions and no more: bare runc tries for long, and cannot start this one.
        option = profile("too-many", many_rules(SPARE, 4000, ALLOW, ERRNO))
        done = self.calls.run("runc", "calls", *MADE, options=[option], check=False)
        self.assertIn("error loading seccomp filter", done.stderr)
        begin = time.monotonic()
        self.assertEqual(self.calls("hardened", *MADE, options=[option]), BOUNDED)
        self.assertLess(time.monotonic() - begin, 10)
        self.assertIn("it would take more rules than a filter", RECORD.read_text().splitlines()[-1])


class Malformed(Forms):
    def says(self, rules, *words, **more):
        section = {"defaultAction": ALLOW, "syscalls": rules, **more}
        code, answers, said, _ = self.run_bundle(BINARY, section)
        self.assertEqual((code, answers), (1, []))
        for part in ("hardened: ", *words):
            self.assertIn(part, said)

    good = [rule("chown", action=ERRNO), rule("mkdir", action=ERRNO)]

    def test_the_rule_is_named(self):
        for wrong, words in (
                (rule("kill", action="SCMP_ACT_PERMIT"), "unknown action 'SCMP_ACT_PERMIT'"),
                (rule("kill", args=[argument(9, 1)]), "a system call has the arguments 0 to 5"),
                (rule("kill", args=[argument(0, 1, "SCMP_CMP_ABOUT")]), "unknown comparison 'SCMP_CMP_ABOUT'"),
                (rule("kill", args=[argument(0, -1)]), "-1"),
                (rule("kill", errnoRet=70000, action=ERRNO), "'errnoRet' is at most 65535"),
                ({"names": ["kill"]}, "action")):
            with self.subTest(wrong=wrong):
                self.says([*self.good, wrong], "rule 3 (kill)", words)

    def test_under_docker(self):
        """What dockerd lets pass: who started the container reads it."""
        for wrong, words in ((rule("kill", "uname", action="SCMP_ACT_PERMIT"), "unknown action 'SCMP_ACT_PERMIT'"),
                             (rule("kill", "uname", args=[argument(9, 1)]), "the arguments 0 to 5")):
            with self.subTest(wrong=wrong):
                option = profile("wrong", {"defaultAction": ALLOW, "syscalls": [*self.good, wrong]})
                with self.assertRaises(Refused) as seen:
                    self.engine.start("hardened", option)
                self.assertEqual(seen.exception.code, 125)
                # dockerd writes one rule for each name.
                self.assertRegex(seen.exception.words, r"hardened: .*rule 3 \(kill")
                self.assertIn(words, seen.exception.words)

    def test_the_rest_of_the_section(self):
        for more, words in (({"defaultAction": "ALLOW"}, "unknown action 'ALLOW'"),
                            ({"architectures": ["SCMP_ARCH_Z80"]}, "unknown architecture 'SCMP_ARCH_Z80'"),
                            ({"flags": ["SECCOMP_FILTER_FLAG_NONE"]}, "unknown filter flag"),
                            ({"listenerPath": "/run/notify"}, "listenerPath")):
            with self.subTest(more=more):
                self.says(self.good, words, **more)

    def test_what_is_right_runs(self):
        self.assertEqual(self.run_bundle(BINARY, {"defaultAction": ALLOW, "syscalls": self.good})[:2], (0, BOUNDED))


class Architectures(Forms):
    getpid = ("i386:20", call("getpid"))

    def test_requested_keeps_the_door_of_32_bit_programs(self):
        bare = self.calls("runc", *self.getpid)
        if bare[0] == "signal 11":
            self.skipTest("this kernel runs no 32-bit programs")
        self.assertEqual(bare, ["0", "0"])
        self.assertEqual(self.calls("hardened", *self.getpid), bare)

    def test_native_closes_it(self):
        for options in ((), (UNCONFINED,)):
            with self.subTest(options=options):
                # SIGSYS: libseccomp's answer to an architecture that a filter does not list.
                self.assertEqual(self.calls("hardened-native", *self.getpid, options=options), ["signal 31", "0"])


if __name__ == "__main__":
    main()
