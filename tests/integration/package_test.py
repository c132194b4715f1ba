#!/usr/bin/python3
"""The Debian package: what it holds, and that a host is left as it was when it goes."""

import hashlib
import json
import os
import re
import stat
import subprocess
import unittest
from pathlib import Path

from harness.case import main
from harness.install import BINARY, ROOT

BARE = os.environ.get("HARDENED_PACKAGE_ROOT", "")  # scripts/lib/package_root made it
PLACE = Path("/run/world/package")
PROGRAMS = ("hardened-hook", "hardened-runtime", "hardenedctl")
DIRECTORY, FILE, PROGRAM = "drwxr-xr-x", "-rw-r--r--", "-rwxr-xr-x"
HOLDS = {
    **{f"./{path}/": DIRECTORY for path in (
        "etc", "etc/logrotate.d", "usr", "usr/lib", "usr/lib/tmpfiles.d", "usr/sbin", "usr/share",
        "usr/share/bash-completion", "usr/share/bash-completion/completions", "usr/share/doc",
        "usr/share/doc/hardened", "usr/share/hardened", "usr/share/hardened/audit", "usr/share/hardened/hooks.d",
        "usr/share/hardened/policies", "usr/share/man", "usr/share/man/man5", "usr/share/man/man8")},
    **{f"./usr/sbin/{name}": PROGRAM for name in PROGRAMS},
    **{f"./{path}": FILE for path in (
        "etc/logrotate.d/hardened", "usr/lib/tmpfiles.d/hardened.conf", "usr/share/bash-completion/completions/hardenedctl",
        "usr/share/doc/hardened/README.md", "usr/share/doc/hardened/SECURITY.md", "usr/share/doc/hardened/changelog.gz",
        "usr/share/doc/hardened/copyright", "usr/share/doc/hardened/fields.md",
        "usr/share/hardened/audit/hardened.rules", "usr/share/hardened/hooks.d/zz-hardened.json",
        "usr/share/hardened/policies/ci.yaml", "usr/share/hardened/policies/observe.yaml",
        "usr/share/hardened/policies/policy.schema.json", "usr/share/hardened/policies/policy.yaml",
        "usr/share/hardened/policies/strict.yaml",
        "usr/share/man/man5/hardened-policy.5.gz", "usr/share/man/man8/hardened-hook.8.gz",
        "usr/share/man/man8/hardened-runtime.8.gz", "usr/share/man/man8/hardenedctl.8.gz")},
}
# dpkg's own books, which every package changes.
BOOKS = re.compile(r"var/lib/dpkg/(status|status-old|available|lock|lock-frontend|triggers/.*|info/format)|var/log/dpkg\.log|"
                   r"var/lib/dpkg/(info|updates|triggers)?")


def run(*command, check=True, **how):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL, **how)
    if check and done.returncode != 0:
        raise AssertionError(f"{command}: {done.stdout}{done.stderr}")
    return done


def setUpModule():
    global DEB
    run("cpack", "-G", "DEB", "--config", BINARY.parent / "CPackConfig.cmake", "-B", PLACE, cwd=BINARY.parent)
    (DEB,) = PLACE.glob("*.deb")
    run("dpkg-deb", "--raw-extract", DEB, PLACE / "raw")


class Contents(unittest.TestCase):
    maxDiff = None

    def test_nothing_is_missing_and_nothing_else_is_there(self):
        rows = [line.split(None, 5) for line in run("dpkg-deb", "--contents", DEB).stdout.splitlines()]
        self.assertEqual({path: mode for mode, *_, path in rows if path != "./"}, HOLDS)
        self.assertEqual({owner for _, owner, *_ in rows}, {"root/root"})

    def test_the_programs_are_as_roots_programs_should_be(self):
        for name in PROGRAMS:
            with self.subTest(name):
                told = run("readelf", "--wide", "--file-header", "--program-headers", "--dynamic", "--sections",
                           PLACE / "raw/usr/sbin" / name).stdout
                for part in (r"Type:\s+DYN", r"GNU_RELRO", r"\(FLAGS\).*BIND_NOW|FLAGS_1\).*NOW", r"GNU_STACK.* RW "):
                    self.assertIsNotNone(re.search(part, told), part)
                for part in (r"\bINTERP\b", r"\(NEEDED\)", r"\(R(UN)?PATH\)", r"\.symtab", r"GNU_STACK.* RWE", r"\bRWE\b", r"\.debug_"):
                    self.assertIsNone(re.search(part, told), part)

    def test_the_programs_do_not_tell_where_they_were_built(self):
        for name in PROGRAMS:
            built = (PLACE / "raw/usr/sbin" / name).read_bytes()
            for place in (ROOT, BINARY.parent.resolve(), Path.home()):
                self.assertNotIn(f"{place}/".encode(), built, f"{name} names {place}")

    def test_what_it_says_of_itself(self):
        control = dict(re.findall(r"^([\w-]+): (.*)$", (PLACE / "raw/DEBIAN/control").read_text(), re.MULTILINE))
        version = re.search(r"project\(hardened VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text()).group(1)
        architecture = run("dpkg", "--print-architecture").stdout.strip()
        self.assertEqual((control["Package"], control["Version"], control["Architecture"]), ("hardened", version, architecture))
        self.assertNotIn("Depends", control)
        self.assertEqual((PLACE / "raw/DEBIAN/conffiles").read_text(), "/etc/logrotate.d/hardened\n")

    def test_the_hooks_file_calls_what_is_installed(self):
        hook = json.loads((PLACE / "raw/usr/share/hardened/hooks.d/zz-hardened.json").read_text())["hook"]
        self.assertEqual(HOLDS[f".{hook['path']}"], PROGRAM)

    def test_the_man_pages_are_without_fault(self):
        for page in sorted((PLACE / "raw/usr/share/man").rglob("*.gz")):
            with self.subTest(page.name):
                done = run("sh", "-c", f"zcat {page} | groff -K utf8 -mdoc -T utf8 -ww")
                self.assertEqual(done.stderr, "")
                self.assertIn("DESCRIPTION", re.sub(r".\x08|\x1b\[\d*m", "", done.stdout))


def changed(before, after):
    """Paths that came, went, or are not what they were."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def tree(root):
    """Of everything below: what it is, whose it is, and what stands in it."""
    seen = {}
    for place, directories, files in os.walk(root):
        for path in (Path(place, name) for name in directories + files):
            name, status = str(path.relative_to(root)), path.lstat()
            if BOOKS.fullmatch(name):
                continue
            content = os.readlink(path) if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            seen[name] = (oct(status.st_mode), status.st_uid, status.st_gid, content)
    return seen


@unittest.skipIf(BARE == "none", "no bare Debian root can be made here")
@unittest.skipUnless(BARE or "HARDENED_INSTALLED" in os.environ,
                     "a bare Debian root is made by scripts/lib/package_root and named in HARDENED_PACKAGE_ROOT")
class Installed(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        overlay = PLACE / self._testMethodName
        for name in ("upper", "work", "root"):
            (overlay / name).mkdir(parents=True)
        self.root = overlay / "root"
        run("mount", "-t", "overlay", "package", self.root, "-o", f"lowerdir={BARE},upperdir={overlay}/upper,workdir={overlay}/work")
        self.addCleanup(run, "umount", self.root)
        (self.root / "tmp/hardened.deb").write_bytes(DEB.read_bytes())
        self.before = tree(self.root)

    def inside(self, *command, check=True):
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        return run("chroot", self.root, *command, check=check, env=environment)

    def install(self):
        return self.inside("dpkg", "--install", "/tmp/hardened.deb")

    def put(self, path, text=""):
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        return place

    def status(self):
        return self.inside("dpkg-query", "--show", "--showformat", "${db:Status-Status}", "hardened", check=False).stdout

    def test_it_runs_and_a_purge_leaves_no_trace(self):
        self.install()
        version = self.inside("hardenedctl", "--version").stdout
        self.assertRegex(version, r"^hardenedctl \d+\.\d+\.\d+\n$")
        self.assertEqual(self.inside("hardenedctl", "check", "/usr/share/hardened/policies/policy.yaml").returncode, 0)
        self.inside("logrotate", "--debug", "/etc/logrotate.d/hardened")
        self.assertIn("usr/sbin/hardened-runtime", changed(self.before, tree(self.root)))
        self.put("/run/hardened/policy/0123", "what a call left")
        self.put("/var/log/hardened/decisions.jsonl", "{}\n")
        (self.root / "etc/hardened").mkdir()
        self.inside("dpkg", "--purge", "hardened")
        self.assertEqual(changed(self.before, tree(self.root)), [])

    def test_removed_it_leaves_the_settings_and_the_record_and_nothing_that_runs(self):
        self.install()
        self.put("/var/log/hardened/decisions.jsonl", "{}\n")
        self.inside("dpkg", "--remove", "hardened")
        self.assertEqual(changed(self.before, tree(self.root)),
                         ["etc/logrotate.d/hardened", "var/lib/dpkg/info/hardened.list", "var/lib/dpkg/info/hardened.postrm",
                          "var/log/hardened", "var/log/hardened/decisions.jsonl"])

    def test_the_tmpfs_of_its_profiles_goes_as_well(self):
        for how in ("--remove", "--purge"):
            with self.subTest(how):
                self.install()
                place = self.put("/run/hardened/apparmor.lock").with_suffix("")
                place.mkdir()
                run("mount", "-t", "tmpfs", "package", place)
                self.addCleanup(run, "umount", place, check=False)
                self.put("/run/hardened/apparmor/note", "what a call left")
                self.inside("dpkg", how, "hardened")
                self.assertFalse((self.root / "run/hardened").exists())

    def test_policies_are_the_operators(self):
        self.install()
        self.put("/etc/hardened/policy.yaml", "version: 1\nextends: docker-default\n")
        done = self.inside("dpkg", "--purge", "hardened")
        self.assertIn("your policies stay in /etc/hardened", done.stdout)
        self.assertEqual(changed(self.before, tree(self.root)), ["etc/hardened", "etc/hardened/policy.yaml"])

    def test_it_stays_while_the_host_calls_it(self):
        def stands_for(name):
            (self.root / name).symlink_to("/usr/sbin/hardened-runtime")
            return self.root / name

        self.install()
        needs = {
            "hardenedctl uninstall": lambda: self.put("/etc/hardened/install.json", "{}"),
            "/usr/sbin/runc leads to": lambda: stands_for("usr/sbin/runc"),
            "/usr/bin/runc leads to": lambda: stands_for("usr/bin/runc"),
            "/etc/docker/daemon.json": lambda: self.put("/etc/docker/daemon.json", '{"runtimes":{"h":{"path":"/usr/sbin/hardened-runtime"}}}'),
            "hooks.d/x.json": lambda: self.put("/etc/containers/oci/hooks.d/x.json", '{"hook":{"path":"/usr/sbin/hardened-hook"}}'),
            "containers.conf": lambda: self.put("/etc/containers/containers.conf", '[engine.runtimes]\nh=["/usr/sbin/hardened-runtime"]\n'),
        }
        for words, need in needs.items():
            with self.subTest(words):
                place = need()
                for how in ("--remove", "--purge"):
                    done = self.inside("dpkg", how, "hardened", check=False)
                    self.assertNotEqual(done.returncode, 0)
                    self.assertIn("hardened is still needed here", done.stderr)
                    self.assertIn(words, done.stderr)
                    self.assertEqual(self.status(), "installed")
                # An upgrade takes nothing away.
                self.install()
                place.unlink()
        self.inside("dpkg", "--purge", "hardened")

    def test_it_stays_while_a_container_of_its_own_is_there(self):
        self.install()
        record = {"version": "1", "boot_id": "b", "root": "/run/docker/runtime-runc/moby", "id": "web", "process": {"cwd": "/"}}
        self.put("/run/hardened/containers/0123456789abcdef/web.json", json.dumps(record, separators=(",", ":")))
        state = self.put("/run/docker/runtime-runc/moby/web/state.json", "{}")
        done = self.inside("dpkg", "--remove", "hardened", check=False)
        self.assertIn("container web was made by it", done.stderr)
        self.assertEqual(self.status(), "installed")
        # What is gone left its record behind: that is no reason to stay.
        state.unlink()
        state.parent.rmdir()
        self.inside("dpkg", "--remove", "hardened")
        self.assertFalse((self.root / "run/hardened").exists())

    def test_the_operators_logrotate_settings_outlive_an_upgrade(self):
        self.install()
        place = self.root / "etc/logrotate.d/hardened"
        place.write_text(place.read_text().replace("rotate 12", "rotate 52"))
        self.install()
        self.assertIn("rotate 52", place.read_text())
        self.assertFalse(place.stat().st_mode & stat.S_IWGRP)


if __name__ == "__main__":
    main()
