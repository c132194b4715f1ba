"""What techniques share: ways to ask, and words of policies. Grants that are equal cost one question to dockerd."""

import contextlib
import json
import os
import shutil
import subprocess
from pathlib import Path

from integration.harness.kernel import Process
from vm.harness.policies import POLICIES, ROOT

# AppArmor's docker-default stands beside what is tried here, so most ask for its end as an attacker would.
NO_APPARMOR = "--security-opt=apparmor=unconfined"
PRIVILEGED = ("--privileged",)
# Hierarchies of cgroup v1 are made in the host's cgroup namespace alone (cgroup1_get_tree in the kernel).
ADMIN = ("--cap-add=SYS_ADMIN", "--cgroupns=host", NO_APPARMOR)
POWERS = (*(f"--cap-add={name}" for name in ("SYS_MODULE", "DAC_READ_SEARCH", "SYS_TIME", "SYS_NICE", "IPC_LOCK")),
          "--ulimit=memlock=-1", NO_APPARMOR)
NO_SECCOMP = ("--security-opt=seccomp=unconfined", NO_APPARMOR)
# No capability is needed for these: the files are root's. Docker's AppArmor profile denies more or less of them, by version: the
# globs of today's leave threads-max, sysrq and /proc/bus/pci open, those of 20.10 deny more than they were meant to.
UNMASKED = ("--security-opt=systempaths=unconfined", "--cap-drop=ALL", NO_APPARMOR)

PLACE = Path("/srv/escapes")
DEFAULT = ROOT / "profiles/seccomp/default.json"


# Policies.

def controls(*rules):
    return "controls:\n" + "".join(f"  {rule}\n" for rule in rules)


def with_capabilities(*names):
    return "capabilities: {ceiling: [" + ", ".join(["docker-default", *names]) + "]}"


# For a request that asks for apparmor=unconfined, as --privileged does.
NO_PROFILE = "apparmor: {profile: unconfined}"


def capabilities(*names, more=()):
    """With no profile, since the rows that share this ask for none; `more` are other rules."""
    return controls(with_capabilities(*names), *more, NO_PROFILE)


UNMASKED_ALLOWED = controls("paths: {masked: [], readonly: []}", NO_PROFILE)


def with_calls(*names, more=()):
    """A policy whose seccomp profile allows these system calls, too, and that wants no AppArmor; `more` are other rules."""
    def policy(_):
        profile = json.loads(DEFAULT.read_text())
        profile["syscalls"].append({"names": list(names), "action": "SCMP_ACT_ALLOW"})
        return _profile(profile, (*more, NO_PROFILE))
    return policy


def _profile(profile, more):
    place = POLICIES / "escape.json"
    place.write_text(json.dumps(profile))
    place.chmod(0o644)
    return controls(f"seccomp: {{profile: {place}}}", *more)


# Requests.

def bind(source, destination, *options):
    """-v source:destination[:options], as dockerd writes it; only where dockerd itself has no part in the technique."""
    chosen = list(options) or ["rbind", "rprivate"]

    def change(spec):
        spec["mounts"].append({"destination": destination, "type": "bind", "source": str(source), "options": chosen})
    return change


def changes(*steps):
    def change(spec):
        for step in steps:
            step(spec)
    return change


# The host.

@contextlib.contextmanager
def place():
    """A directory of the host's disk, away afterwards."""
    PLACE.mkdir(parents=True)
    try:
        yield PLACE
    finally:
        for mount in Process(os.getpid()).mounts()[::-1]:
            if mount.point.startswith(str(PLACE)):
                subprocess.run(["umount", "--lazy", mount.point], check=False)
        shutil.rmtree(PLACE)


@contextlib.contextmanager
def volumes(vm, **options):
    """Volumes of docker's with driver options: volumes(vm, v={"type": "proc", "device": "proc"})."""
    try:
        for name, words in options.items():
            vm.docker("volume", "create", *(word for key, value in words.items() for word in ("-o", f"{key}={value}")), name)
        yield
    finally:
        vm.docker("volume", "rm", "--force", *options)


@contextlib.contextmanager
def mounted_volumes(**words):
    """What dockerd has mounted while a container runs that uses such volumes, for techniques that need no docker beyond that:
    mounted_volumes(v=("-t", "sysfs", "sysfs")). Its source in a request is volume("v")."""
    try:
        for name, how in words.items():
            volume(name).mkdir(parents=True, exist_ok=True)
            subprocess.run(["mount", *how, volume(name)], check=True)
        yield
    finally:
        for name in words:
            subprocess.run(["umount", "--lazy", volume(name)], check=False, stderr=subprocess.DEVNULL)
            with contextlib.suppress(OSError):
                volume(name).rmdir()
                volume(name).parent.rmdir()


def volume(name):
    return Path(f"/var/lib/docker/volumes/{name}/_data")


# Proofs.

def raises(program):
    """Whether whoever is no root becomes root by a set-user-id `program`, which is `calls`: setuid(0)."""
    return f"""
tries setuid sh -c 'if [ "$(id -u)" = 0 ]; then exec su -s /bin/sh nobody -c "[ \\"\\$({program} 105:0)\\" = 0 ]"; fi; [ "$({program} 105:0)" = 0 ]'
"""


SECRET = "echo secret >/tmp/secret; trap exit TERM; while :; do sleep 1; done"


def victim(script, change=None):
    """A proof against another tenant's container of the same runtime, which asks for nothing; {pid} is its first process on the host.
    `change` (pid) -> change of the attacker's request."""
    def proof(attempt):
        pid = attempt.vm.direct(attempt.runtime, command=("sh", "-c", SECRET)).process.pid
        attempt.vm.wait(lambda: os.path.exists(f"/proc/{pid}/root/tmp/secret"), "the victim's secret")
        options = {} if change is None else {"change": change(pid)}
        return attempt.run(script.format(pid=pid), **options)
    return proof
