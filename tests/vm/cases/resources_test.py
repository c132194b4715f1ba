"""Memory, processors and who is killed last, on cgroup v2: what the kernel holds after a create and after an update."""

import json
import subprocess
from pathlib import Path

from vm.harness import EVERY, case, equal, holds, matches

# runc up to 1.2 makes 39 of 1024 shares, later ones and crun 100.
AS_ANY = ("39", "100")
BOUNDED = """version: 1
extends: docker-default
controls:
  resources:
    memory: {default: 96m, maximum: 128m}
    memory_swap: 192m
    cpus: {default: 0.5, maximum: 1.5}
"""


def narrowed(vm, box, call, control):
    lines = vm.records(box.id, call)
    holds(lines, f"the decision log has a line of {call}")
    found = {one["control"]: one["verdict"] for one in lines[-1]["controls"]}
    equal(found.get(control), "narrowed", f"verdict of {control} at {call}")


def updated(box, **files):
    """By the runtime itself: docker's own update has no word for files of cgroup v2."""
    given = json.dumps({"unified": {name.replace("_", "."): value for name, value in files.items()}})
    return subprocess.run([*map(str, box._program), "update", "--resources", "-", box.id], input=given,
                          capture_output=True, text=True, timeout=240)


@case(boots=EVERY)
def weights(vm):
    asked = ("--cpu-shares=262144", "--memory=64m")
    bare = vm.start("runc", *asked)
    equal(bare.process.cgroup_file("cpu.weight"), "10000", "cpu.weight under bare runc")
    box = vm.start("hardened", *asked)
    holds(box.process.cgroup_file("cpu.weight") in AS_ANY, f"cpu.weight {box.process.cgroup_file('cpu.weight')}")
    equal(box.process.cgroup_file("memory.max"), "67108864", "a limit below the ceiling stays")
    narrowed(vm, box, "create", "resources")
    vm.docker("update", "--cpu-shares=4096", box.id)
    holds(box.process.cgroup_file("cpu.weight") in AS_ANY, "cpu.weight after an update")
    vm.docker("update", "--memory=32m", "--memory-swap=32m", box.id)
    equal(box.process.cgroup_file("memory.max"), "33554432", "a lower limit is granted")


@case(boots=EVERY)
def memory_and_processors_of_a_host_that_bounds_them(vm):
    runtime = vm.own(BOUNDED)
    plain = vm.start(runtime)
    equal(plain.process.cgroup_file("memory.max"), str(96 << 20), "memory.max of one that asks for nothing")
    equal(plain.process.cgroup_file("memory.swap.max"), str(96 << 20), "memory.swap.max of it")
    equal(plain.process.cgroup_file("cpu.max"), "50000 100000", "cpu.max of it")
    box = vm.start(runtime, "--memory=1g", "--memory-swap=-1", "--cpus=2")
    equal(box.process.cgroup_file("memory.max"), str(128 << 20), "memory.max of one that asks for more")
    equal(box.process.cgroup_file("memory.swap.max"), str(64 << 20), "memory.swap.max of it")
    equal(box.process.cgroup_file("cpu.max"), "150000 100000", "cpu.max of it")
    vm.docker("update", "--memory=2g", "--memory-swap=4g", "--cpus=2", box.id)
    equal(box.process.cgroup_file("memory.max"), str(128 << 20), "memory.max after an update")
    equal(box.process.cgroup_file("cpu.max"), "150000 100000", "cpu.max after an update")


@case(boots=EVERY)
def files_by_name(vm):
    bare = vm.direct("runc")
    equal(updated(bare, memory_min="1048576").returncode, 0, "bare runc writes memory.min")
    equal(bare.process.cgroup_file("memory.min"), "1048576", "memory.min under bare runc")
    box = vm.direct("hardened")
    done = updated(box, memory_min="1048576", cpu_weight="10000", memory_max="67108864", pids_max="max")
    equal(done.returncode, 0, f"update: {done.stderr}")
    equal(box.process.cgroup_file("memory.min"), "0", "memory.min")
    equal(box.process.cgroup_file("cpu.weight"), "100", "cpu.weight")
    equal(box.process.cgroup_file("memory.max"), "67108864", "memory.max, which bounds it alone")
    equal(box.process.cgroup_file("pids.max"), "4096", "pids.max")


@case(boots=EVERY)
def who_is_killed_last(vm):
    def score(box):
        return Path(f"/proc/{box.process.pid}/oom_score_adj").read_text().strip()
    asked = "--oom-score-adj=-1000"
    equal(score(vm.start("runc", asked)), "-1000", "under bare runc")
    box = vm.start("hardened", asked)
    equal(score(box), "0", "oom_score_adj")
    equal(box.exec("cat", "/proc/self/oom_score_adj", check=True).stdout.strip(), "0", "of an exec")
    equal(score(vm.start("hardened", "--oom-score-adj=500")), "500", "one that is killed first")
    narrowed(vm, box, "create", "scheduling")


@case(boots=EVERY)
def no_place_beside_the_host(vm):
    def at_the_top(spec):
        spec["linux"]["cgroupsPath"] = "-.slice:docker:" + spec["linux"]["cgroupsPath"].rpartition(":")[2]
    bare = vm.direct("runc", change=at_the_top)
    equal(bare.created, True, f"bare runc: {bare.refusal}")
    box = vm.direct("hardened", change=at_the_top)
    equal(box.created, False, "hardened")
    matches(box.refusal, r"/linux/cgroupsPath; it stands beside all that the host runs", "its words")
