"""A rule on `observe`: nothing is denied, and the kernel tells what would have been."""

import subprocess

from vm.harness import apparmor, case, equal, holds, matches
from vm.harness.shell import TOOLS

OBSERVE = "version: 1\nextends: docker-default\ncontrols:\n  apparmor: {on_excess: observe}\n" \
          "  capabilities: {ceiling: [docker-default, SYS_ADMIN]}\n  paths: {masked: [], readonly: []}\n"
OPTIONS = ("--security-opt=apparmor=unconfined", "--security-opt=systempaths=unconfined", "--cap-add=SYS_ADMIN")
DOORS = TOOLS + "writes /proc/sysrq-trigger\nmounts tmpfs\ntrue"


def told():
    """What the kernel has told of AppArmor since it was cleared."""
    lines = subprocess.run(["dmesg"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in lines if "apparmor=" in line]


@case
def what_asks_for_none_only_complains(vm):
    # A test's own burst must not be what the kernel leaves out.
    vm.command("sysctl", "-w", "kernel.printk_ratelimit=0")
    box = vm.start(vm.own(OBSERVE), *OPTIONS)
    label = apparmor.of(box.process.pid)
    equal((label.mode, label.ours), ("complain", label.parts), f"a profile of ours that complains: {label}")
    equal(apparmor.status_of(vm, box.process.pid), label, "aa-status")
    vm.command("dmesg", "--clear")
    # Not by an exec, which asks for no profile, and keeps that.
    opened = vm.run("hardened-own", "sh", "-c", DOORS, options=OPTIONS).stdout
    equal([line[:4] for line in opened.splitlines()], ["OPEN", "OPEN"], f"nothing is denied: {opened}")
    profile = f'profile="{next(iter(label.parts))}"'
    for words in ('name="/proc/sysrq-trigger"', 'operation="mount"'):
        holds(any(words in line and profile in line for line in told()), f"the kernel tells of {words}: {told()}")
    line = vm.records(box.id, "create")[-1]
    found = [one for one in line["controls"] if one["control"] == "apparmor"]
    holds(found and found[0]["on_excess"] == "observe", f"the record says what it would have lost: {line}")
    # The same request where the rule narrows.
    narrowed = vm.start(vm.own(OBSERVE.replace("observe", "narrow")), *OPTIONS)
    shut = narrowed.exec("sh", "-c", DOORS, check=True).stdout
    equal([line[:4] for line in shut.splitlines()], ["SHUT", "SHUT"], f"under narrow: {shut}")


@case
def what_asks_for_one_keeps_it(vm):
    box = vm.start(vm.own(OBSERVE))
    equal(apparmor.of(box.process.pid), apparmor.Label(frozenset({"docker-default"}), "enforce"), "the engine's default")


@case
def observing_everything(vm):
    box = vm.start("hardened-observe", "--privileged")
    label = apparmor.of(box.process.pid)
    equal((label.mode, label.ours), ("complain", label.parts), f"--privileged: {label}")
    equal(box.process.seccomp, 0, "its seccomp mode, as it asked")
    matches(box.exec("sh", "-c", DOORS, check=True).stdout, "(?s)^OPEN.*OPEN", "nothing is denied")
