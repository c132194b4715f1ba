#!/usr/bin/python3
"""With crun as the low-level runtime a container gets its filter compiled: the one that crun would have made, from a
place that is looked at again at each use, and from nobody else."""

import base64
import hashlib
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.bundle import Bundle, Requests, Runtime, low_level
from harness.case import EngineCase, main
from harness.install import link, put_policy
from harness.kernel import Process

KEPT = Path("/run/hardened/seccomp")
ANNOTATION = "run.oci.seccomp_bpf_data"
ALLOW_ALL = bytes.fromhex("06000000 0000ff7f")  # BPF_RET | BPF_K, SECCOMP_RET_ALLOW
# Tries what the default profile denies for its arguments, and says how it went.
TRIES = "unshare -U true 2>/dev/null && echo allowed >/tmp/said || echo denied >/tmp/said; sleep 1000"


def without_the_unified_hierarchy():
    """crun takes neither v1 nor v2 for what a machine with both has; here, in our own mount namespace, it is v1."""
    if os.path.ismount("/sys/fs/cgroup/unified"):
        subprocess.run(["umount", "/sys/fs/cgroup/unified"], check=True)


class Filters(EngineCase):
    @classmethod
    def setUpClass(cls):
        without_the_unified_hierarchy()
        super().setUpClass()
        cls.spec = Requests(cls.engine).spec(command=("sh", "-c", TRIES))
        for name in ("crun", "runc"):
            put_policy(name, text="version: 1\nextends: docker-default\n")
            low_level(name, f"/usr/{'sbin' if name == 'runc' else 'bin'}/{name}")
        cls.crun = Runtime(link("crun"), "/run/world/crun")
        cls.runc = Runtime(link("runc"), "/run/world/runc")

    def setUp(self):
        subprocess.run(["rm", "-rf", str(KEPT)], check=True)

    def bundle(self, name="one", **annotations):
        spec = self.spec | {"annotations": annotations}
        # A /tmp of its own, where it says how it went.
        spec["mounts"] = [*spec["mounts"], {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"}]
        return Bundle(f"/run/world/bundle-{name}", spec, name)

    def start(self, runtime, bundle, name="one"):
        code, said = runtime.create(bundle, name)
        self.assertEqual((code, said), (0, ""))
        self.addCleanup(runtime.delete, name)
        code, said = runtime("start", name)
        self.assertEqual((code, said), (0, ""))
        state = subprocess.run(runtime.command("state", name), capture_output=True, text=True, check=True, timeout=30)
        return Process(json.loads(state.stdout)["pid"])

    def said(self, process):
        place = Path(f"/proc/{process.pid}/root/tmp/said")
        for _ in range(200):
            if place.exists() and place.read_text().strip():
                return place.read_text().strip()
            subprocess.run(["sleep", "0.05"], check=True)
        raise AssertionError("the container never said how it went")

    def is_bounded(self, process):
        self.assertEqual(process.seccomp, 2)
        self.assertEqual(process.status("Seccomp_filters"), "1")
        self.assertEqual(self.said(process), "denied")

    def run_bounded(self, bundle):
        process = self.start(self.crun, bundle)
        self.is_bounded(process)
        return self.handed(bundle)

    def handed(self, bundle):
        """The program in the bundle, None where there is none."""
        text = bundle.granted()["annotations"].get(ANNOTATION)
        return None if text is None else base64.b64decode(text, validate=True)

    def kept(self):
        files = sorted(KEPT.iterdir())
        self.assertEqual(len(files), 1, files)
        return files[0]

    def test_the_kernel_gets_what_was_handed_over(self):
        bundle = self.bundle()
        program = self.run_bounded(bundle)
        self.assertEqual(Path("/run/world/crun/one/seccomp.bpf").read_bytes(), program)
        self.assertEqual(KEPT.stat().st_mode & 0o7777, 0o700)
        self.assertEqual(self.kept().stat().st_mode & 0o7777, 0o600)

    def test_it_is_what_crun_makes_of_the_section(self):
        bundle = self.bundle()
        program = self.run_bounded(bundle)
        granted = bundle.granted()
        del granted["annotations"][ANNOTATION]
        bare = Runtime("/usr/bin/crun", "/run/world/bare")
        bundle.config.write_text(json.dumps(granted))
        self.is_bounded(self.start(bare, bundle, "two"))
        self.assertEqual(Path("/run/world/bare/two/seccomp.bpf").read_bytes(), program)

    def test_exec_is_under_it_too(self):
        bundle = self.bundle()
        self.run_bounded(bundle)
        code, said = self.crun("exec", "one", "sh", "-c", "grep -q '^Seccomp:.2' /proc/self/status && ! unshare -U true")
        self.assertEqual(code, 0, said)

    def test_the_second_container_takes_it_from_where_it_is_kept(self):
        first = self.run_bounded(self.bundle())
        before = self.kept().stat()
        self.crun.delete()
        bundle = self.bundle()
        self.assertEqual(self.run_bounded(bundle), first)
        after = self.kept().stat()
        self.assertEqual((after.st_ino, after.st_mtime_ns), (before.st_ino, before.st_mtime_ns))

    def test_what_root_keeps_there_is_what_is_used(self):
        self.run_bounded(self.bundle())
        self.crun.delete()
        file = self.kept()
        digest = hashlib.sha256(file.name.encode() + b"\n" + ALLOW_ALL).hexdigest()
        file.write_bytes(f"hardened filter 1 {digest}\n".encode() + ALLOW_ALL)
        bundle = self.bundle()
        process = self.start(self.crun, bundle)
        self.assertEqual(self.handed(bundle), ALLOW_ALL)
        self.assertEqual(self.said(process), "allowed")

    def test_a_damaged_one_is_made_anew(self):
        first = self.run_bounded(self.bundle())
        file = self.kept()
        good = file.read_bytes()
        header = good.split(b"\n")[0] + b"\n"
        for what, bytes_, mode, owner in (
                ("another program", header + ALLOW_ALL, 0o600, 0), ("half of it", good[:len(good) // 2], 0o600, 0),
                ("nothing", b"", 0o600, 0), ("writable by others", good, 0o666, 0), ("another's", good, 0o600, 1000),
                ("endless", good + bytes(1 << 20), 0o600, 0)):
            with self.subTest(what):
                self.crun.delete()
                file.write_bytes(bytes_)
                file.chmod(mode)
                os.chown(file, owner, owner)
                self.assertEqual(self.run_bounded(self.bundle()), first)
                self.assertEqual(file.read_bytes(), good)
                self.assertEqual((file.stat().st_uid, file.stat().st_mode & 0o7777), (0, 0o600))

    def test_a_directory_that_others_can_write_is_not_used(self):
        self.run_bounded(self.bundle())
        self.crun.delete()
        KEPT.chmod(0o777)
        before = self.kept().stat()
        self.assertIsNone(self.run_bounded(self.bundle()))
        self.assertEqual(self.kept().stat().st_mtime_ns, before.st_mtime_ns)

    def test_nor_is_one_on_no_tmpfs(self):
        # What is written there would be the machine's: a directory of root's alone, in the overlay of this world.
        disk = "/var/log/on-no-tmpfs"
        os.makedirs(disk, mode=0o700, exist_ok=True)
        KEPT.mkdir(mode=0o700, parents=True)
        subprocess.run(["mount", "--bind", disk, str(KEPT)], check=True)
        self.addCleanup(subprocess.run, ["umount", str(KEPT)], check=True)
        before = sorted(KEPT.iterdir())
        self.assertIsNone(self.run_bounded(self.bundle()))
        self.assertEqual(sorted(KEPT.iterdir()), before)

    def test_a_requests_own_is_not_loaded(self):
        bundle = self.bundle(**{ANNOTATION: base64.b64encode(ALLOW_ALL).decode()})
        # Bare crun does load it.
        bare = Runtime("/usr/bin/crun", "/run/world/bare")
        self.assertEqual(self.said(self.start(bare, bundle, "bare")), "allowed")
        bundle.reset()
        self.assertNotEqual(self.run_bounded(bundle), ALLOW_ALL)
        line = Path("/var/log/hardened/decisions.jsonl").read_text().splitlines()[-1]
        self.assertIn(f"/annotations/{ANNOTATION}", line)

    def test_a_bundle_that_comes_back_stays_as_it_is(self):
        bundle = self.bundle()
        self.run_bounded(bundle)
        self.crun.delete()
        once = bundle.config.read_bytes()
        self.run_bounded(bundle)
        self.assertEqual(bundle.config.read_bytes(), once)
        line = Path("/var/log/hardened/decisions.jsonl").read_text().splitlines()[-1]
        self.assertNotIn("bpf_data", line)

    def test_twenty_at_once(self):
        names = [f"box{n}" for n in range(20)]
        bundles = {name: self.bundle(name) for name in names}

        def create(name):
            # Not through Runtime: its words go to one file.
            done = subprocess.run(self.crun.command("create", "--bundle", bundles[name].path, name), timeout=60,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            return done.returncode

        with ThreadPoolExecutor(20) as pool:
            codes = list(pool.map(create, names))
        for name in names:
            self.addCleanup(self.crun.delete, name)
        self.assertEqual(codes, [0] * 20)
        self.assertEqual(len({self.handed(bundles[name]) for name in names}), 1)
        self.assertEqual([file.name for file in KEPT.iterdir()], [self.kept().name], "a half written file is left")
        for name in names:
            self.assertEqual(self.crun("start", name)[0], 0)
            state = subprocess.run(self.crun.command("state", name), capture_output=True, text=True, check=True)
            self.is_bounded(Process(json.loads(state.stdout)["pid"]))

    def test_a_writer_that_was_killed_is_in_nobodys_way(self):
        self.run_bounded(self.bundle())
        self.crun.delete()
        file = self.kept()
        file.rename(KEPT / f".hardened-{file.name}.tmp")
        self.assertIsNotNone(self.run_bounded(self.bundle()))
        self.assertEqual(self.kept(), file)

    def test_native_leaves_the_other_architectures_out(self):
        put_policy("native", text="version: 1\nextends: docker-default\ncontrols: {seccomp: {architectures: native}}\n")
        low_level("native", "/usr/bin/crun")
        requested = self.run_bounded(self.bundle())
        bundle = self.bundle("native")
        self.is_bounded(self.start(Runtime(link("native"), "/run/world/native"), bundle, "native"))
        self.assertEqual(len(bundle.granted()["linux"]["seccomp"]["architectures"]), 1)
        self.assertLess(len(self.handed(bundle)), 0.6 * len(requested))

    def test_runc_gets_none(self):
        bundle = self.bundle(**{ANNOTATION: base64.b64encode(ALLOW_ALL).decode()})
        self.is_bounded(self.start(self.runc, bundle))
        self.assertIsNone(self.handed(bundle))
        self.assertFalse(KEPT.exists())


if __name__ == "__main__":
    main()
