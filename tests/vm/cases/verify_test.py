"""What is granted is read back from the kernel, on cgroup v2: the truth passes, whatever is asked and whoever makes the cgroups;
a low-level runtime that leaves something out (tests/integration/programs/liar.py) is found."""

import contextlib
import json
import shutil
from pathlib import Path

from integration.harness.engine import FOREVER, Refused
from vm.harness import CONFINED, EVERY, Case, apparmor, below, case, equal, holds, matches
from vm.harness.apparmor import STANDINS
from vm.harness.policies import ROOT

LIAR = ROOT / "tests/integration/programs/liar.py"
SHAPES = (
    (), ("--privileged",), ("--cap-add=ALL",), ("--cap-drop=ALL", "--user=65534"), ("--security-opt=no-new-privileges",),
    ("--security-opt=seccomp=unconfined", "--security-opt=apparmor=unconfined", "--security-opt=systempaths=unconfined"),
    ("--pids-limit=7", "--memory=64m", "--cpus=0.5"), ("--device=/dev/null:/dev/x", "--device-cgroup-rule=c 10:229 rwm"),
    ("--read-only", "--tmpfs=/x"), ("--ipc=shareable", "--cgroupns=host", "--group-add=6"), ("--ulimit=nofile=100:200",),
)
POLICY = "version: 1\nextends: docker-default\n"
SAYS = ("sh", "-c", f"echo user code; {FOREVER}")
# What is left out, and how it is told.
LIES = {
    "seccomp": "seccomp: it runs without the seccomp filter",
    "capability": "capabilities: it holds CAP_NET_ADMIN",
    "pids": "pids: it has a pids limit of",
    "devices": "devices: it may use the devices",
    "masked": "paths: it shows /proc/",
}


def passes(vm, runtime, options, systemd):
    box = vm.direct(runtime, *options, systemd=systemd)
    what = f"{runtime} {' '.join(options)} {'systemd' if systemd else 'cgroupfs'}"
    holds(box.created, f"{what}: {box.refusal}")
    holds(box.process.status("State")[0] in "SR", f"{what}: it runs")
    holds("system.slice" in str(box.process.cgroup_directory("pids")) if systemd else
          "hardened-direct" in str(box.process.cgroup_directory("pids")), f"{what}: who made its cgroup")
    equal([one for one in vm.records(box.id) if one["verdict"] in ("above", "fault")], [], f"{what}: the record")
    box.__exit__()


def truths(runtime, systemd):
    """All shapes by runc and systemd, and of the others those that a cgroup driver or a runtime could do otherwise."""
    shapes = SHAPES if runtime == "hardened" and systemd else [SHAPES[number] for number in (0, 1, 4, 6, 7)]

    def body(vm):
        for options in shapes:
            passes(vm, runtime, options, systemd)
    return body


CASES = [Case(f"the_truth_passes_{runtime}_{'systemd' if systemd else 'cgroupfs'}".replace("-", "_"), truths(runtime, systemd),
              boots=EVERY if runtime == "hardened" and systemd else CONFINED, limit=900)
         for runtime in ("hardened", "hardened-crun") for systemd in (True, False)]


@case(limit=600)
def docker_with_the_cgroupfs_driver(vm):
    settings = Path("/etc/docker/daemon.json")
    before = settings.read_text()
    settings.write_text(json.dumps(json.loads(before) | {"exec-opts": ["native.cgroupdriver=cgroupfs"]}))
    try:
        vm.restart_docker()
        equal(vm.docker("info", "--format", "{{.CgroupVersion}} {{.CgroupDriver}}").stdout.split(), ["2", "cgroupfs"], "dockerd")
        for options in ((), ("--privileged",)):
            box = vm.start("hardened", *options)
            equal(box.process.cgroup_file("pids.max"), "4096", f"pids.max with {options}")
            apparmor.agrees(vm, box.id, box.process.pid, f"cgroupfs {options}")
            equal([one for one in vm.records(box.id) if one["verdict"] in ("above", "fault")], [], "the record")
            vm.docker("update", "--pids-limit=50", box.id)
            equal(box.process.cgroup_file("pids.max"), "50", "pids.max after an update")
        vm.finish()
    finally:
        settings.write_text(before)
        vm.restart_docker()


@contextlib.contextmanager
def liar(lie, runtime):
    """A name of the liar: all it is told stands in its name."""
    STANDINS.mkdir(parents=True, exist_ok=True)
    place = STANDINS / f"{lie}-plain-{runtime}"
    shutil.copy(LIAR, place)
    place.chmod(0o755)
    yield place
    place.unlink()


def is_caught(vm, lie, runtime, words, systemd=True, begun=False):
    """It ends, a record says why, and nothing was heard of its own code; unless that has `begun` when it is found."""
    what = f"{lie} by {runtime}"
    with liar(lie, runtime) as place:
        box = vm.direct(vm.own(POLICY, low_level=place), command=SAYS, systemd=systemd)
        vm.wait(lambda: [one for one in vm.records(box.id) if one["verdict"] == "above"],
                f"{what}: a record of what is above ({box.refusal})", seconds=15)
        vm.wait(lambda: is_gone(box), f"{what}: it ends", seconds=30)
        line = vm.records(box.id)[-1]
        notes = " ".join(note for one in line["controls"] for note in one["notes"])
        matches(notes, words.partition(": ")[2], f"{what}: the record of {line['call']}")
        holds(begun or "user code" not in box.said, f"{what}: what its code said: {box.said}")
        if not begun:
            matches(box.refusal, f"hardened: the container does not have the bounds.*{words}", f"{what}: what the engine is told")
        box.__exit__()
    return line["call"]


def is_gone(box):
    told = box.call("state", box.id)
    return told.returncode != 0 or json.loads(told.stdout)["status"] == "stopped"


def lies_of(vm, runtime):
    for lie, words in LIES.items():
        # systemd gives a scope that asks for no limit one of its own, which may be below ours.
        call = is_caught(vm, lie, runtime, words, systemd=lie != "pids")
        # runc 1.1 calls the hook of poststart when it creates, which is before start looks.
        below({call}, {"start", "poststart"} if runtime == "runc" else {"start"}, f"who finds {lie}")
    # The liar that leaves nothing out passes.
    with liar("nothing", runtime) as place:
        box = vm.direct(vm.own(POLICY, low_level=place), command=SAYS)
        holds(box.created, f"the truth by {runtime}: {box.refusal}")
        vm.wait(lambda: "user code" in box.said, "its code runs")


@case(boots=EVERY, limit=600)
def a_runc_that_lies(vm):
    lies_of(vm, "runc")


@case(boots=EVERY, limit=600)
def a_crun_that_lies(vm):
    lies_of(vm, "crun")


# The kernel shows no label before execve: the watcher that start leaves behind finds it. It is that of the low-level runtime,
# which has one of its own on Debian 13.
@case(limit=300)
def a_label_that_is_forgotten(vm):
    for runtime in ("runc", "crun"):
        call = is_caught(vm, "label", runtime, "apparmor: it runs under (unconfined|runc|crun) and not under hardened-default", begun=True)
        equal(call, "start", f"{runtime}: who finds it")


@case(limit=600)
def through_docker(vm):
    for lie, words in (("seccomp", LIES["seccomp"]), ("capability", LIES["capability"])):
        with liar(lie, "runc") as place:
            try:
                box = vm.start(vm.own(POLICY, low_level=place), command=SAYS)
            except Refused as refused:
                matches(refused.words, words, f"{lie}: what docker says")
                equal(refused.code, 125, f"{lie}: docker's status")
            else:
                raise AssertionError(f"{lie}: {box.id} runs")
            line = vm.records()[-1]
            equal(line["verdict"], "above", f"{lie}: the record")
            below({line["call"]}, {"start", "poststart"}, f"{lie}: who found it")
