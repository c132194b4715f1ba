#!/usr/bin/python3
"""Engines beside Docker call hardened as their runtime: podman, and containerd through ctr."""

import subprocess
import time
import unittest
from pathlib import Path

from harness.case import main
from harness.engine import busybox_tree
from harness.install import REFUSING, install, link, put_policy
from harness.podman import CGROUP, SHOW, Podman, held, names, run


class PodmanCalls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.runtimes = install("observe")
        cls.podman = Podman()

    def run_box(self, runtime, *options, command=SHOW):
        return self.podman.run(*options, command=command, runtime=runtime)

    def test_a_plain_run_keeps_what_podman_asks(self):
        bare = self.run_box("/usr/sbin/runc")
        bounded = self.run_box(self.runtimes["hardened"])
        self.assertEqual(bounded.returncode, 0, bounded.stderr)
        self.assertEqual(held(bounded.stdout), held(bare.stdout))

    def test_wide_requests_come_back_bounded(self):
        wide = ("--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined")
        bare = self.run_box("/usr/sbin/runc", *wide)
        self.assertEqual((names(bare.stdout), held(bare.stdout)["Seccomp"]), (12, "0"), bare.stderr)
        bounded = self.run_box(self.runtimes["hardened"], *wide)
        self.assertEqual(bounded.returncode, 0, bounded.stderr)
        self.assertEqual((names(bounded.stdout), held(bounded.stdout)["Seccomp"]), (11, "2"))

    def test_privileged(self):
        bounded = self.run_box(self.runtimes["hardened"], "--privileged")
        self.assertEqual(bounded.returncode, 0, bounded.stderr)
        self.assertLessEqual(names(bounded.stdout), 14)
        self.assertEqual(held(bounded.stdout)["Seccomp"], "2")

    def test_exec_stop_and_remove(self):
        runtime = self.runtimes["hardened"]
        made = self.podman.run("--cap-add=SYS_ADMIN", command=("sleep", "1000"), first="--detach", runtime=runtime)
        self.assertEqual(made.returncode, 0, made.stderr)
        box = made.stdout.strip()
        done = self.podman("exec", "--privileged", box, *SHOW, runtime=runtime)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertLessEqual(names(done.stdout), 14)
        self.assertEqual(self.podman("exec", box, "sh", "-c", "exit 7", runtime=runtime).returncode, 7)
        for words in (("pause", box), ("unpause", box), ("stop", "--time=0", box), ("rm", box)):
            with self.subTest(words[0]):
                done = self.podman(*words, runtime=runtime)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_refusal_is_shown(self):
        put_policy("refusing", text=REFUSING)
        done = self.run_box(link("refusing"), "--cap-add=SYS_ADMIN", command=("/bin/echo", "ran"))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("hardened: ", done.stderr)
        self.assertEqual(done.stdout, "")


class Containerd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.runtimes = install("observe")
        cls.tree = busybox_tree("/run/world/box")
        cls.socket = "/run/world/containerd.sock"
        Path("/run/world/containerd.toml").write_text('version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n')
        with open("/run/world/containerd.log", "wb") as log:
            daemon = subprocess.Popen(
                ["containerd", "--config=/run/world/containerd.toml", "--root=/run/world/containerd", f"--address={cls.socket}",
                 "--state=/run/world/containerd-state"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        cls.addClassCleanup(daemon.terminate)
        for _ in range(100):
            if run("ctr", "--address", cls.socket, "version").returncode == 0:
                return
            time.sleep(0.1)
        raise AssertionError(Path("/run/world/containerd.log").read_text())

    def ctr(self, runtime, *options):
        """What a container held: read from its root filesystem, since ctr may end before it has copied all output."""
        self.__class__.number = getattr(self, "number", 0) + 1
        name, said = f"c{self.number}", self.tree / "tmp/said"
        said.unlink(missing_ok=True)
        done = run("ctr", "--address", self.socket, "run", "--rm", "--rootfs", "--cgroup", f"{CGROUP}/{name}",
                   "--runc-binary", str(runtime), *options, str(self.tree), name,
                   "/bin/sh", "-c", "/bin/cat /proc/self/status >/tmp/said")
        self.assertEqual(done.returncode, 0, done.stderr)
        return said.read_text()

    def test_a_plain_run_keeps_what_containerd_asks(self):
        bare = self.ctr("/usr/sbin/runc")
        bounded = self.ctr(self.runtimes["hardened"])
        self.assertEqual(held(bare)["CapPrm"], held(bounded)["CapPrm"])
        # containerd's own default is no seccomp filter at all: that is asked for, and bounded.
        self.assertEqual((held(bare)["Seccomp"], held(bounded)["Seccomp"]), ("0", "2"))

    def test_capabilities(self):
        bare = self.ctr("/usr/sbin/runc", "--cap-add=CAP_SYS_ADMIN")
        self.assertEqual(names(bare), 15)
        bounded = self.ctr(self.runtimes["hardened"], "--cap-add=CAP_SYS_ADMIN")
        self.assertEqual(names(bounded), 14)

    def test_observe_changes_nothing(self):
        bare = self.ctr("/usr/sbin/runc", "--cap-add=CAP_SYS_ADMIN")
        observed = self.ctr(self.runtimes["hardened-observe"], "--cap-add=CAP_SYS_ADMIN")
        self.assertEqual(held(bare), held(observed))


if __name__ == "__main__":
    main()
