#!/usr/bin/python3
"""What the kernel holds of a container, held against what the shipped policy promises: the rows of the
demonstration, one test each, and what a privileged container can still do to its host."""

import json
import re
import shutil
import unittest
from pathlib import Path

from harness import rows
from harness.bundle import Bundle, Requests, Runtime
from harness.case import EngineCase, main
from harness.engine import FOREVER, SOCKET
from harness.install import link, put_policy
from harness.kernel import NAMES, machine_capabilities

# Opens for writing and writes nothing; says which files would have taken it.
OPENED_FOR_WRITING = """
for f in {files}; do [ -e $f ] && ( : >>$f ) 2>/dev/null && echo $f; done >/tmp/said
echo >/tmp/done
""" + FOREVER


class Rows(EngineCase):
    """Filled below: one test for each row."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rows.prepare()


def _row_test(row):
    def test(self):
        bare, bounded = row.grant(self.engine, "runc"), row.grant(self.engine, "hardened")
        # The first says that the reading can show something else: a test that cannot fail is none.
        self.assertRegex(bare, f"^(?:{row.wide or row.bounded})$", "what bare runc granted")
        self.assertRegex(bounded, f"^(?:{row.bounded})$", "what hardened granted")
    test.__doc__ = row.asked
    return test


class Privileged(EngineCase):
    def said(self, box):
        rows._wait_for(f"/proc/{box.process.pid}/root/tmp/done")
        return (Path(f"/proc/{box.process.pid}/root/tmp/said")).read_text().split()

    def opened(self, runtime, *options, prefix="/sys"):
        files = " ".join((
            f"{prefix}/fs/cgroup/pids/pids.max", f"{prefix}/fs/cgroup/pids.max",
            f"{prefix}/fs/cgroup/pids/tasks", f"{prefix}/fs/cgroup/cgroup.procs",
            f"{prefix}/fs/cgroup/memory/memory.limit_in_bytes", f"{prefix}/fs/cgroup/memory.max",
            f"{prefix}/module/*/parameters/*", f"{prefix}/kernel/mm/*/*"))
        with self.engine.start(runtime, *options, command=("sh", "-c", OPENED_FOR_WRITING.format(files=files))) as box:
            return self.said(box)

    def test_limits_and_module_parameters_stay_closed(self):
        # The same attempt on the host's sysfs, with every capability there is, finds files that open.
        everything = ["--cap-add=ALL", *(f"--cap-drop={name}" for name in set(NAMES) - machine_capabilities())]
        control = self.opened("runc", *everything, "--security-opt=seccomp=unconfined", "--volume=/sys:/s", prefix="/s")
        self.assertTrue(any("/parameters/" in name for name in control), control)
        self.assertTrue(any("/cgroup" in name for name in control), control)
        self.assertEqual(self.opened("hardened", "--privileged"), [])

    def test_kernel_switches_stay_closed(self):
        switches = "/proc/sys/kernel/core_pattern /proc/sys/vm/drop_caches /proc/sysrq-trigger"
        script = ("sh", "-c", OPENED_FOR_WRITING.format(files=switches))
        with self.engine.start("runc", "--security-opt=systempaths=unconfined", command=script) as box:
            self.assertIn("/proc/sys/kernel/core_pattern", self.said(box), "the attempt can succeed")
        for options in (("--privileged",), ("--security-opt=systempaths=unconfined",)):
            with self.subTest(options=options), self.engine.start("hardened", *options, command=script) as box:
                self.assertEqual(self.said(box), [])

    def test_an_exec_in_a_privileged_container_is_bounded_too(self):
        # dockerd's process.json starts from its own spec: it carries every capability on each exec.
        with self.engine.start("hardened", "--privileged") as box:
            status = box.exec("cat", "/proc/self/status", check=True).stdout
            self.assertEqual(int(re.search(r"CapPrm:\s*(\w+)", status).group(1), 16).bit_count(), 14, status)
            self.assertRegex(status, r"Seccomp:\s*2")

    def test_no_new_privileges_holds_for_exec(self):
        with self.engine.start("hardened", "--security-opt=no-new-privileges") as box:
            self.assertRegex(box.exec("cat", "/proc/self/status", check=True).stdout, r"NoNewPrivs:\s*1")

    def test_exec_as_another_user_holds_no_capability(self):
        with self.engine.start("hardened", "--privileged") as box:
            status = box.exec("cat", "/proc/self/status", options=("--user=65534",), check=True).stdout
            self.assertRegex(status, r"CapEff:\s*0{16}\b")


class Bundles(EngineCase):
    """What docker's options cannot ask for, and a bundle can."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        put_policy("shipped", text="version: 1\nextends: docker-default\n")

    def made(self, runtime, hooks):
        """Does a program of the host run beside the container? And what was said."""
        made = Path("/run/world/made-by-a-hook")
        bundle = Bundle("/run/world/bundle", Requests(self.engine).spec(command=("true",)))
        bundle.config.write_text(json.dumps(bundle.granted() | {"hooks": hooks}))
        runtime = Runtime(runtime)
        code, said = runtime.create(bundle)
        runtime.delete()
        ran = made.exists()
        made.unlink(missing_ok=True)
        return ran, code, said

    def test_a_hook_is_a_program_of_the_host(self):
        touch = {"path": shutil.which("touch"), "args": ["touch", "/run/world/made-by-a-hook"]}
        for stage in ("prestart", "createRuntime", "createContainer"):
            with self.subTest(stage=stage):
                self.assertEqual(self.made("/usr/sbin/runc", {stage: [touch]})[:2], (True, 0))
                ran, code, said = self.made(link("shipped"), {stage: [touch]})
                self.assertEqual((ran, code), (False, 1), said)
                self.assertIn(f"{stage} hook {touch['path']}", said)
        put_policy("hooked", text="version: 1\nextends: docker-default\ncontrols:\n"
                                  f"  hooks: {{allow: [{{path: {touch['path']}, stages: [prestart]}}]}}\n")
        self.assertEqual(self.made(link("hooked"), {"prestart": [touch]})[:2], (True, 0))
        self.assertEqual(self.made(link("hooked"), {"createRuntime": [touch]})[:2], (False, 1))

    def test_a_root_is_none_of_the_hosts_own(self):
        bundle = Bundle("/run/world/bundle", Requests(self.engine).spec(command=("true",)))
        spec = bundle.granted()
        for path in ("/", "/etc", "/usr/share", "../../../etc"):
            with self.subTest(path=path):
                bundle.config.write_text(json.dumps(spec | {"root": {"path": path}}))
                code, said = Runtime(link("shipped")).create(bundle)
                self.assertEqual(code, 1, said)
                self.assertRegex(said, "(/[a-z]+|the root directory) of the host")


for number, row in enumerate(rows.rows(SOCKET)):
    name = re.sub(r"\W+", "_", row.asked).strip("_").lower()
    setattr(Rows, f"test_{number:02}_{name}", _row_test(row))

if __name__ == "__main__":
    main()
