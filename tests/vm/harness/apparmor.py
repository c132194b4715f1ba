"""AppArmor as the kernel says it: who runs under what, which profiles there are; and the host's own part in it.

    labels.of(box.process.pid)                  Label(parts={"hardened-default-…"}, mode="enforce")
    granted(vm, box.id)                         the same parts, as the decision record has them
    with profile(vm, "case-web", "file,"): ...  a custom profile, loaded by the host's administrator
    forget()                                    as after a boot: none of ours is loaded or kept
    with counted() as runs: ... runs()          what apparmor_parser was called with meanwhile
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .checks import equal, holds

KERNEL = Path("/sys/kernel/security/apparmor")
KEPT = Path("/run/hardened/apparmor")
PARSER = Path("/usr/sbin/apparmor_parser")
OWN = re.compile(r"hardened-(default|docker-default)-[0-9a-f]{12}(\.[0-9a-z]+)?$")
# Programs that stand in for others; not below /run, where nothing may be executed, nor /usr/local, which is not root's alone.
STANDINS = Path("/usr/lib/world")


@dataclass(frozen=True)
class Label:
    parts: frozenset
    mode: str  # "" of what is unconfined

    @property
    def ours(self):
        return frozenset(part for part in self.parts if OWN.match(part))


def parse(text):
    """ "a//&b (enforce)", "unconfined"."""
    name, blank, mode = text.strip().rstrip("\0").rpartition(" (")
    if not blank:
        name, mode = text.strip(), ""
    return Label(frozenset(name.split("//&")), mode.rstrip(")"))


def of(pid):
    return parse(Path(f"/proc/{pid}/attr/apparmor/current").read_text())


def status_of(vm, pid):
    """What aa-status says of a process; unconfined where it does not list it."""
    told = json.loads(vm.command("aa-status", "--json").stdout)
    for processes in told["processes"].values():
        for one in processes:
            if one["pid"] == str(pid):
                return Label(frozenset(one["profile"].split("//&")), one["status"])
    return Label(frozenset({"unconfined"}), "")


def granted(vm, identity, call="create"):
    """The parts that the last record of the call grants; None where it says nothing of AppArmor."""
    lines = vm.records(identity, call)
    holds(lines, f"the decision log has a line of {call}")
    for one in lines[-1]["controls"]:
        if one["control"] == "apparmor" and one.get("changes"):
            return frozenset(one["changes"][-1]["granted"].split("//&"))
    return None


def agrees(vm, identity, pid, what):
    """Kernel, aa-status and decision record say the same, and it is enforced; the label."""
    label = of(pid)
    equal(label.mode, "enforce", f"{what}: mode")
    holds(label.ours, f"{what}: a profile of ours holds: {label}")
    equal(label.parts, granted(vm, identity), f"{what}: the label, as the record has it")
    equal(status_of(vm, pid), label, f"{what}: aa-status")
    return label


def loaded():
    """{name: mode} of what the kernel has."""
    lines = (KERNEL / "profiles").read_text().splitlines()
    return {name: mode.rstrip(")") for name, _, mode in (line.rpartition(" (") for line in lines)}


def ours():
    return [name for name in loaded() if OWN.match(name)]


def unload(name):
    """As `apparmor_parser --remove` does; a name that is gone already is as good."""
    with contextlib.suppress(FileNotFoundError):
        (KERNEL / ".remove").write_text(name)


def forget():
    for name in ours():
        unload(name)
    shutil.rmtree(KEPT, ignore_errors=True)


@contextlib.contextmanager
def profile(vm, name, rules):
    text = f'abi <abi/3.0>,\nprofile "{name}" flags=(attach_disconnected,mediate_deleted) {{\n{rules}\n}}\n'
    subprocess.run([PARSER, "--replace", "--skip-cache", "--quiet"], input=text, text=True, check=True)
    try:
        yield name
    finally:
        vm.finish()
        unload(name)


@contextlib.contextmanager
def in_place_of(path, content):
    """Another program stands there, root's as the one before."""
    STANDINS.mkdir(parents=True, exist_ok=True)
    other = STANDINS / f"{path.name}.other"
    other.write_bytes(content)
    other.chmod(0o755)
    subprocess.run(["mount", "--bind", other, path], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)
        other.unlink()


@contextlib.contextmanager
def missing(path):
    away = path.with_name(f"{path.name}.away")
    path.rename(away)
    try:
        yield
    finally:
        away.rename(path)


@contextlib.contextmanager
def counted():
    """The host's parser tells of each time it is called, then does its work."""
    STANDINS.mkdir(parents=True, exist_ok=True)
    real, said = STANDINS / "apparmor_parser.real", STANDINS / "apparmor_parser.runs"
    shutil.copy2(PARSER, real)
    said.write_text("")
    script = f'#!/bin/sh\necho "$*" >>{said}\nexec {real} "$@"\n'
    with in_place_of(PARSER, script.encode()):
        yield lambda: said.read_text().splitlines()


def of_user_code(programs=("busybox",)):
    """{pid: label} of all processes that run one of these programs: of containers' own code, where the host runs none.

    A program is shown to be another's a moment before the new label is (the kernel's begin_new_exec), so an unconfined one is
    looked at again: no code has run of one that is confined then, since nothing but execve confines it."""
    seen = {}
    for directory in os.listdir("/proc"):
        if not directory.isdigit():
            continue
        for look in (1, 2):
            with contextlib.suppress(OSError):
                if os.path.basename(os.readlink(f"/proc/{directory}/exe")) not in programs:
                    break
                seen[int(directory)] = of(directory)
                if seen[int(directory)].mode == "enforce":
                    break
    return seen
