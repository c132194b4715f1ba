#!/usr/bin/python3
"""What a container's own calls are answered under profiles that users bring, beside what bare runc lets through.

The rule for all of them: no call gets further than under both profiles, and what the request itself denies stays
denied in its own words."""

import json
import unittest
from pathlib import Path

from harness.bundle import Bundle, Requests, Runtime
from harness.calls import ENOSYS, EPERM, NUMBERS, Calls, call, docker_default, profile, with_programs, without
from harness.case import EngineCase, main
from harness.engine import Refused
from harness.install import BINARY, REFUSING, link, put_policy

RECORD = Path("/var/log/hardened/decisions.jsonl")
ALLOW_ALL = {"defaultAction": "SCMP_ACT_ALLOW"}
AF_INET, AF_ALG, AF_VSOCK, SOCK_STREAM = 2, 38, 40, 1
UNCONFINED = "--security-opt=seccomp=unconfined"
NEW_USER, SIGCHLD = 0x10000000, 17
EPROTO = "71"  # what no call here answers of itself
REOPENED = ("socket", "io_uring_setup", "io_uring_enter", "io_uring_register", "keyctl", "add_key", "request_key",
            "unshare", "clone")
BLOCKED = ("chown", "mkdir", "kill", "uname")
# Each is told something else than EPERM by a kernel that it reaches, whatever the capabilities of the caller.
ADMIN = {"mount": call("mount", -1, -1, -1, 0, -1), "bpf": call("bpf", 9999), "setns": call("setns", -1)}


def reopening():
    """Docker's profile, and what its user found missing in it."""
    return with_rule(without(docker_default(), *REOPENED), {"names": list(REOPENED), "action": "SCMP_ACT_ALLOW"})


def with_rule(content, rule):
    return content | {"syscalls": [rule, *content["syscalls"]]}


def before_clone3():
    """As an old Docker's: what is newer than clone3 is not named, nor is it."""
    newer = [name for name, number in NUMBERS.items() if number >= NUMBERS["clone3"]]
    unknown = {"memfd_secret", "process_mrelease", "futex_waitv", "set_mempolicy_home_node", "cachestat", "fchmodat2",
               "map_shadow_stack", "futex_wake", "futex_wait", "futex_requeue", "statmount", "listmount",
               "lsm_get_self_attr", "lsm_set_self_attr", "lsm_list_modules", "mseal"}
    return without(docker_default(), *newer, *unknown)


def deciding(action):
    return {"names": list(BLOCKED), "action": action, "errnoRet": int(EPROTO)}


class Seccomp(EngineCase):
    @classmethod
    def setUpClass(cls):
        with_programs()
        super().setUpClass()
        cls.calls = Calls(cls.engine)
        # An unconfined request is granted the ceiling whole.
        cls.ceiling = cls.calls.sweep("hardened", UNCONFINED)

    def is_meet(self, *options):
        """Every call under hardened: answered as by the request where that denies it, as by the ceiling elsewhere."""
        asked, granted = self.calls.sweep("runc", *options), self.calls.sweep("hardened", *options)
        # Either side may say that a call does not exist, the kernel also: then not which of them said so.
        certain = [n for n in asked if asked[n] != ENOSYS or self.ceiling[n] != EPERM]
        self.assertGreater(len(certain), 300)
        self.assertEqual({n: granted[n] for n in certain},
                         {n: asked[n] if asked[n] in (EPERM, ENOSYS, EPROTO) else self.ceiling[n] for n in certain})
        self.assertLessEqual({granted[n] for n in set(asked) - set(certain)}, {EPERM, ENOSYS})
        self.assertNotEqual(granted, asked)
        return asked, granted

    def recorded(self):
        """What the last decision says of seccomp."""
        return json.dumps(json.loads(RECORD.read_text().splitlines()[-1]))


class Reopened(Seccomp):
    made = (call("socket", AF_ALG, SOCK_STREAM), call("socket", AF_VSOCK, SOCK_STREAM),
            call("socket", 1 << 32 | AF_ALG, SOCK_STREAM), call("socket", 1 << 32 | AF_VSOCK, SOCK_STREAM),
            call("socket", 0xffffffff00000000 | AF_VSOCK, SOCK_STREAM),
            call("io_uring_setup"), call("keyctl", 9999), call("add_key"), call("unshare", NEW_USER),
            call("clone", NEW_USER | SIGCHLD))

    def test_a_sweep_tells_open_from_closed(self):
        bare = self.calls.sweep("runc", UNCONFINED)
        closed = {name for name in bare if self.ceiling[name] == EPERM != bare[name]}
        self.assertLessEqual({"unshare", "keyctl", "add_key", "setns", "bpf", "mount"}, closed)
        self.assertEqual({self.ceiling[name] for name in ("read", "close", "fchown")}, {"9"})

    def is_closed(self, option):
        bare = self.calls("runc", *self.made, options=[option])
        self.assertNotIn(EPERM, bare, "bare runc lets each of them through")
        self.assertEqual(bare[2:5], [bare[0], bare[1], bare[1]], "a family is an int to the kernel")
        self.assertEqual(self.calls("hardened", *self.made, options=[option]), [EPERM] * len(self.made))
        record = self.recorded()
        for name in ("socket (some arguments)", "io_uring_setup", "seccomp profile default"):
            self.assertIn(name, record)

    def test_by_docker_s_profile_with_more(self):
        self.is_closed(profile("reopening", reopening()))

    def test_by_a_profile_that_allows_everything(self):
        bare = self.calls("runc", *self.made, options=[profile("all", ALLOW_ALL)])
        self.assertNotIn(EPERM, bare)
        self.assertEqual(self.calls("hardened", *self.made, options=[profile("all", ALLOW_ALL)]),
                         [EPERM] * len(self.made))

    def test_what_both_allow_stays_open_whatever_the_high_bits(self):
        made = [call("socket", high | AF_INET, SOCK_STREAM) for high in (0, 1 << 32, 0xffffffff00000000)]
        made += [call("clone", SIGCHLD), call("unshare", 1 << 40)]
        option = profile("reopening", reopening())
        self.assertEqual(self.calls("hardened", *made, options=[option]), ["0", "0", "0", "0", EPERM])

    def test_and_nothing_else_is_opened_or_closed(self):
        _, granted = self.is_meet(profile("reopening", reopening()))
        self.assertEqual(granted, self.ceiling)


class StillBlocked(Seccomp):
    def blocks(self, content, errno=EPROTO):
        asked, granted = self.is_meet(profile("blocking", content))
        for answers in (asked, granted):
            self.assertEqual({name: answers[name] for name in BLOCKED}, dict.fromkeys(BLOCKED, errno))
        self.assertTrue({EPERM, EPROTO}.isdisjoint(self.ceiling[name] for name in BLOCKED))

    def test_by_a_list_of_what_is_denied(self):
        self.blocks(ALLOW_ALL | {"syscalls": [deciding("SCMP_ACT_ERRNO")]})

    def test_by_a_list_of_what_is_allowed_and_a_rule(self):
        self.blocks(with_rule(without(reopening(), *BLOCKED), deciding("SCMP_ACT_ERRNO")))

    def test_by_a_list_of_what_is_allowed_alone(self):
        # This dockerd knows no defaultErrnoRet: EPERM it is.
        self.blocks(without(reopening(), *BLOCKED), EPERM)

    def test_by_a_signal(self):
        option = profile("killing", ALLOW_ALL | {"syscalls": [{"names": ["mkdir"], "action": "SCMP_ACT_KILL_PROCESS"}]})
        granted = self.calls("hardened", call("mkdir", -1), call("rmdir", -1), call("mount"), options=[option])
        self.assertEqual(granted, ["signal 31", "14", EPERM])

    def test_some_arguments_of_a_call(self):
        # kill(2) with SIGKILL (9) to process 1 alone.
        rule = {"names": ["kill"], "action": "SCMP_ACT_ERRNO", "errnoRet": int(EPROTO), "args": [
            {"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}, {"index": 1, "value": 9, "op": "SCMP_CMP_EQ"}]}
        option = profile("some", ALLOW_ALL | {"syscalls": [rule]})
        made = [call("kill", 1, 9), call("kill", 1, 0), call("kill", 2 ** 31 - 1, 9)]
        self.assertEqual(self.calls("runc", *made, options=[option]), [EPROTO, "0", "3"])
        self.assertEqual(self.calls("hardened", *made, options=[option]), [EPROTO, "0", "3"])
        # The same two numbers to the kernel: the meet reads them as it does, where bare runc is deceived.
        wide = [call("kill", 1 << 32 | 1, 1 << 32 | 9)]
        self.assertEqual(self.calls("hardened", *wide, options=[option]), [EPROTO])


def allowed(spec):
    return {n for rule in spec["linux"]["seccomp"]["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW" for n in rule["names"]}


class SysAdmin(Seccomp):
    asked = "--cap-add=SYS_ADMIN"

    def test_what_docker_made_of_the_capability_is_gone_with_it(self):
        # With no filter and without the capability, each gets past the filter: EPERM below is the filter's.
        unconfined = self.calls("runc", *ADMIN.values(), options=[UNCONFINED])
        self.assertEqual(unconfined, ["14", "22", "9"])
        self.assertEqual(self.calls("runc", *ADMIN.values(), options=[self.asked]), ["14", "22", "9"])
        self.assertEqual(self.calls("hardened", *ADMIN.values(), options=[self.asked]), [EPERM] * 3)
        record = self.recorded()
        self.assertIn("CAP_SYS_ADMIN", record)
        self.assertIn("/linux/seccomp/syscalls", record)

    def test_of_every_call(self):
        asked, _ = self.is_meet(self.asked)
        self.assertNotIn(EPERM, [asked[name] for name in ADMIN])

    def test_it_is_in_no_rule_of_the_granted_profile(self):
        asked = Requests(self.engine).spec(self.asked)
        bundle = Bundle("/run/world/admin", asked)
        runtime = Runtime(BINARY)
        self.addCleanup(runtime.delete)
        self.assertEqual(runtime.create(bundle), (0, ""))
        self.assertLessEqual(set(ADMIN) | {"unshare", "umount2"}, allowed(asked))
        self.assertTrue(allowed(bundle.granted()).isdisjoint({*ADMIN, "unshare", "umount2"}))
        self.assertIn("chown", allowed(bundle.granted()))

    def test_refused_where_the_rule_refuses(self):
        put_policy("refusing", text=REFUSING)
        self.engine.runtimes["hardened-refusing"] = link("refusing")
        self.engine.reload()
        with self.assertRaises(Refused) as seen:
            self.engine.start("hardened-refusing", self.asked)
        self.assertIn("CAP_SYS_ADMIN", seen.exception.words)


def custom(name, content):
    return lambda: profile(name, content)


class Threads(Seccomp):
    requests = {
        "the default": lambda: "--init=false", "unconfined": lambda: UNCONFINED,
        "SYS_ADMIN": lambda: "--cap-add=SYS_ADMIN", "everything allowed": custom("all", ALLOW_ALL),
        "an old Docker's": custom("old", before_clone3()), "more than Docker's": custom("more", reopening()),
        "more, and clone3 in no rule": custom("unruled", without(reopening(), "clone3")),
        "less, and clone3 in no rule": custom("less", without(docker_default(), "clone3", "mkdir")),
    }

    def test_start_wherever_they_do_under_bare_runc(self):
        bare = {asked: self.calls.threads("runc", option()) for asked, option in self.requests.items()}
        granted = {asked: self.calls.threads("hardened", option()) for asked, option in self.requests.items()}
        self.assertEqual({asked for asked in bare if not bare[asked]},
                         {"more, and clone3 in no rule", "less, and clone3 in no rule"})
        # The first of them is one that we change: the ceiling's word for the call that it leaves out is better.
        self.assertEqual({asked for asked in granted if not granted[asked]}, {"less, and clone3 in no rule"})

    def test_clone3_is_said_not_to_exist(self):
        for asked, option in self.requests.items():
            with self.subTest(asked):
                # What asks for nothing above the ceiling is passed as it is.
                expected = EPERM if asked.startswith("less") else ENOSYS
                self.assertEqual(self.calls("hardened", call("clone3"), options=[option()]), [expected])
        self.assertEqual(self.calls("runc", call("clone3"), options=[UNCONFINED]), ["22"])

    def test_a_profile_that_denies_clone3_stops_them(self):
        # So that the test above can fail: EPERM is no reason for the C library to try clone.
        denied = {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}
        option = profile("denied", ALLOW_ALL | {"syscalls": [denied]})
        self.assertFalse(self.calls.threads("runc", option))
        self.assertEqual(self.calls("hardened", call("clone3"), options=[option]), [EPERM])


if __name__ == "__main__":
    main()
