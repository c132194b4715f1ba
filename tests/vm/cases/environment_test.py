"""The machine is what the other cases take it for: a host of today, as users have it."""

import json
import os
from pathlib import Path

from integration.harness.kernel import NAMES, Process, machine_capabilities
from vm.harness import EVERY, NO_APPARMOR, below, case, equal, holds, matches


@case
def apparmor_is_on(vm):
    equal(Path("/sys/module/apparmor/parameters/enabled").read_text().strip(), "Y", "AppArmor")
    loaded = Path("/sys/kernel/security/apparmor/profiles").read_text()
    matches(loaded, r"(?m)^docker-default \(enforce\)$", "what dockerd loads when it starts")
    matches(vm.command("aa-status").stdout, r"\d+ profiles are in enforce mode", "aa-status")
    holds("name=apparmor" in vm.docker("info", "--format", "{{.SecurityOptions}}").stdout, "dockerd knows of AppArmor")


@case(boots=(NO_APPARMOR,))
def apparmor_is_off(vm):
    enabled = Path("/sys/module/apparmor/parameters/enabled")
    holds(not enabled.exists() or enabled.read_text().strip() == "N", "AppArmor is off")
    holds(not Path("/sys/fs/selinux").is_mount() and not Path("/sys/fs/selinux/enforce").exists(), "SELinux did not take its place")
    holds("name=apparmor" not in vm.docker("info", "--format", "{{.SecurityOptions}}").stdout, "dockerd knows that, too")


@case(boots=EVERY)
def cgroups_are_v2_alone(vm):
    kinds = [(m.kind, m.point) for m in Process(os.getpid()).mounts() if m.kind.startswith("cgroup")]
    equal(kinds, [("cgroup2", "/sys/fs/cgroup")], "cgroup hierarchies")
    below({"cpu", "memory", "pids", "io"}, Path("/sys/fs/cgroup/cgroup.controllers").read_text().split(), "controllers")
    equal(vm.docker("info", "--format", "{{.CgroupVersion}} {{.CgroupDriver}}").stdout.split(), ["2", "systemd"], "dockerd")


@case(boots=EVERY)
def root_has_every_capability(vm):
    equal(machine_capabilities(), frozenset(NAMES[:len(machine_capabilities())]), "root's bounding set")
    holds("SYS_RESOURCE" in machine_capabilities(), "CAP_SYS_RESOURCE, which --privileged needs")


@case(boots=EVERY)
def run_is_a_tmpfs(vm):
    equal(Process(os.getpid()).mount("/run").kind, "tmpfs", "/run")


@case(boots=EVERY)
def hardened_is_installed_as_the_readme_says(vm):
    settings = json.loads(Path("/etc/docker/daemon.json").read_text())
    equal(settings["runtimes"]["hardened"]["path"], "/usr/sbin/hardened-runtime", "what dockerd calls")
    program = os.stat("/usr/sbin/hardened-runtime")
    equal((program.st_uid, program.st_mode & 0o7777), (0, 0o755), "owner and mode")
    matches(vm.docker("info", "--format", "{{.Runtimes}}").stdout, r"hardened:", "dockerd's runtimes")
