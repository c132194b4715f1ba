#!/usr/bin/python3
"""Sections that ask for work: what the shim, which is root and in no cgroup of the container's, spends on them."""

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

from harness.case import EngineCase, main
from harness.bundle import Bundle, Requests, low_level
from harness.install import BINARY, ROOT, link, put_policy

NOOP = ROOT / "build/release/tests/integration/noop-runtime"
SECONDS, MEGABYTES = 2, 200
ALLOW, ERRNO, KILL = "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL_PROCESS"
CALLS = ("mknod mkdir rmdir symlink link chown lchown setxattr lsetxattr getxattr msgget msgsnd msgctl shmget shmctl "
         "semget semctl timer_create timer_settime timer_delete").split()


def argument(index, value, op, value_two=0):
    return {"index": index, "value": value, "op": op, "valueTwo": value_two}


def rules(calls, count, op, arguments, actions=(ALLOW, ERRNO, KILL)):
    draw = random.Random(5)
    return [{"names": [name], "action": draw.choice(actions),
             "args": [argument(i, draw.getrandbits(64), op, draw.getrandbits(64)) for i in range(arguments)]}
            for name in calls for _ in range(count)]


def section(syscalls, fallback="SCMP_ACT_LOG", architectures=("X86_64", "X86", "X32")):
    return {"defaultAction": fallback, "architectures": ["SCMP_ARCH_" + one for one in architectures],
            "syscalls": syscalls}


def blocks():
    def at_least(index, value):
        return argument(index, value, "SCMP_CMP_GE")
    args = ([at_least(0, 0xaaaaaaab)], [at_least(0, 1 << 32)] + [at_least(i, 0x2aaaaaab) for i in range(1, 5)],
            [at_least(5, 0x12aaaaaab)])
    return section([{"names": ["mmap"], "action": ALLOW, "args": one} for one in args] +
                   [{"names": ["keyctl"], "action": ALLOW}], ERRNO, ("X86_64", "X86"))


class Load(EngineCase):
    def spends(self, seccomp, annotations=None):
        spec = json.loads(json.dumps(Requests(self.engine).spec()))
        spec["linux"]["seccomp"] = seccomp
        if annotations:
            spec["annotations"] = annotations
        bundle = Path("/run/world/load")
        shutil.rmtree(bundle, ignore_errors=True)
        bundle.mkdir(parents=True)
        (bundle / "config.json").write_text(json.dumps(spec))
        with open("/run/world/load.out", "w", encoding="utf-8") as out:
            process = subprocess.Popen([BINARY, "create", "--bundle", bundle, "load"], stdin=subprocess.DEVNULL,
                                       stdout=out, stderr=out)
            _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        subprocess.run([BINARY, "delete", "--force", "load"], capture_output=True, check=False)
        self.assertGreaterEqual(process.returncode, 0, "ended by a signal")
        self.assertLess(used.ru_utime + used.ru_stime, SECONDS)
        self.assertLess(used.ru_maxrss // 1024, MEGABYTES)

    def test_blocks_of_many_arguments(self):
        self.spends(blocks())

    def test_many_boxes(self):
        for count in (1, 20):
            with self.subTest(calls=count):
                self.spends(section(rules(CALLS[:count], 12, "SCMP_CMP_NE", 6)))
        self.spends(section(rules(CALLS, 60, "SCMP_CMP_MASKED_EQ", 2)))

    def test_without_the_memory_for_it(self):
        # With a low-level runtime that does nothing, which the limit does not stop.
        shim = link("little")
        put_policy("little", ROOT / "config/policy.yaml")
        low_level("little", NOOP)
        spec = json.loads(json.dumps(Requests(self.engine).spec()))
        spec["linux"]["seccomp"] = section(rules(CALLS, 60, "SCMP_CMP_MASKED_EQ", 2))
        bundle = Bundle("/run/world/little", spec)
        said = {}
        for megabytes in (7, 8, 10, 12, 1024):
            bundle.reset()
            done = subprocess.run(["/usr/bin/prlimit", f"--as={megabytes << 20}", shim, "create", "--bundle",
                                   bundle.path, "little"], capture_output=True, text=True, check=False)
            said[megabytes] = done.returncode, done.stderr
            self.assertEqual(bundle.config.read_bytes() == bundle.asked, done.returncode != 0)
        self.assertEqual(said.pop(1024), (0, ""))
        for code, text in said.values():
            self.assertEqual(code, 1)
            self.assertIn("not enough memory to decide about this call", text)

    def test_a_filter_that_is_not_the_sections(self):
        for text in ("AA", "AAAAAAAAAAA="):
            with self.subTest(text=text):
                self.spends(section(rules(["prctl"], 200, "SCMP_CMP_MASKED_EQ", 6, (ALLOW,)), ERRNO),
                            {"run.oci.seccomp_bpf_data": text})


if __name__ == "__main__":
    main()
