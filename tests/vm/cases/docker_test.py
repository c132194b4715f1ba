"""What Docker's containers hold on cgroup v2 and under AppArmor, read from the kernel."""

import ctypes
import os
import re
import struct
from pathlib import Path

from integration.harness.kernel import DOCKER_DEFAULT, Process
from vm.harness import EVERY, below, case, equal, holds, matches

SETS = ("Inh", "Prm", "Eff", "Bnd", "Amb")
TRY_DEVICE = "mknod /tmp/disk b 254 0; dd if=/tmp/disk of=/dev/null bs=512 count=1 2>/dev/null && echo reads the disk || echo cannot open it"


def bounded(process, what):
    """No set above Docker's own, and a filter, whatever was asked."""
    for name in SETS:
        below(process.capabilities(name), DOCKER_DEFAULT, f"{what}: capabilities {name}")
    equal(process.seccomp, 2, f"{what}: seccomp mode")


def recorded(vm, box, call, verdict):
    lines = vm.records(box.id, call)
    holds(lines, f"the decision log has a line of {call}")
    equal(lines[-1]["verdict"], verdict, f"verdict of {call}: {lines[-1]}")
    return {one["control"]: one for one in lines[-1]["controls"]}


def told(status):
    """What a process said of itself: {"CapPrm": 0x..., "Seccomp": ..., "NoNewPrivs": ...}."""
    return {key: int(re.search(rf"^{key}:\s*(\w+)$", status, re.MULTILINE).group(1), 16)
            for key in ("CapPrm", "CapEff", "CapBnd", "Seccomp", "NoNewPrivs")}


@case(boots=EVERY)
def plain_container(vm):
    bare = vm.start("runc")
    # Nobody asked for one: systemd gives the scope a share of what the kernel has, and that is not ours.
    holds(bare.process.cgroup_file("pids.max") != "4096", "bare runc sets another pids.max")
    box = vm.start("hardened")
    bounded(box.process, "plain")
    equal(box.process.capabilities("Bnd"), bare.process.capabilities("Bnd"), "bounding set, as bare runc grants it")
    equal(box.process.capabilities("Eff"), bare.process.capabilities("Eff"), "effective set, as bare runc grants it")
    equal(box.process.no_new_privileges, False, "no_new_privs, which nobody asked for")
    equal(box.process.cgroup_file("pids.max"), "4096", "pids.max")
    holds("pids" in recorded(vm, box, "create", "narrowed"), "the record says that pids was narrowed")
    if vm.confines:
        matches(box.label(), r"\(enforce\)$", "AppArmor label")


@case(boots=EVERY)
def no_new_privileges(vm):
    box = vm.start("hardened", "--security-opt=no-new-privileges")
    equal(box.process.no_new_privileges, True, "no_new_privs")
    equal(told(box.exec("cat", "/proc/self/status", check=True).stdout)["NoNewPrivs"], 1, "no_new_privs of an exec")


@case(boots=EVERY)
def privileged(vm):
    # This root has what a bare --privileged needs, so that here bare runc shows what it is.
    bare = vm.start("runc", "--privileged")
    equal((bare.process.seccomp, bare.process.mount("/sys").read_only), (0, False), "bare --privileged: seccomp, read-only /sys")
    holds("SYS_ADMIN" in bare.process.capabilities("Eff"), "bare --privileged has SYS_ADMIN")
    if vm.confines:
        equal(bare.label(), "unconfined", "bare --privileged: AppArmor label")
    box = vm.start("hardened", "--privileged")
    bounded(box.process, "--privileged")
    equal(box.process.cgroup_file("pids.max"), "4096", "pids.max")
    for point in ("/sys", "/sys/fs/cgroup"):
        holds(box.process.mount(point).read_only, f"{point} is read-only")
    holds(box.process.masked() and box.process.read_only(), "paths are masked and read-only")
    controls = recorded(vm, box, "create", "narrowed")
    below({"capabilities", "seccomp", "pids", "devices", "paths"}, controls, "controls named by the record")


@case
def privileged_is_confined(vm):
    matches(vm.start("hardened", "--privileged").label(), r"\(enforce\)$", "AppArmor label")


@case(boots=EVERY)
def exec_in_a_container(vm):
    box = vm.start("hardened")
    for options, verdict in (((), None), (("--privileged",), "narrowed")):
        what = f"exec {' '.join(options)}"
        held = told(box.exec("cat", "/proc/self/status", options=options, check=True).stdout)
        for name in ("CapPrm", "CapEff", "CapBnd"):
            equal(held[name].bit_count(), len(DOCKER_DEFAULT), f"{what}: {name}")
        equal(held["Seccomp"], 2, f"{what}: seccomp mode")
        if verdict:
            holds("capabilities" in recorded(vm, box, "exec", verdict), "the record says that capabilities was narrowed")


@case(boots=EVERY)
def exec_privileged_is_wide_under_bare_runc(vm):
    held = told(vm.start("runc").exec("cat", "/proc/self/status", options=("--privileged",), check=True).stdout)
    holds(held["CapPrm"].bit_count() > len(DOCKER_DEFAULT), "exec --privileged has more than Docker's own")


@case(boots=EVERY)
def update_of_the_pids_limit(vm):
    bare, box = vm.start("runc", "--pids-limit=100"), vm.start("hardened", "--pids-limit=100")
    equal(box.process.cgroup_file("pids.max"), "100", "a limit below the ceiling stays")
    vm.docker("update", "--pids-limit=-1", bare.id)
    equal(bare.process.cgroup_file("pids.max"), "max", "bare runc lifts it")
    vm.docker("update", "--pids-limit=-1", box.id)
    equal(box.process.cgroup_file("pids.max"), "4096", "pids.max after an update to unlimited")
    holds("pids" in recorded(vm, box, "update", "narrowed"), "the record says that pids was narrowed")
    vm.docker("update", "--pids-limit=50", box.id)
    equal(box.process.cgroup_file("pids.max"), "50", "a lower limit is granted")


@case(boots=EVERY)
def devices(vm):
    rule = ("--device-cgroup-rule=b *:* rwm",)
    bare = vm.direct("runc", *rule, command=("sh", "-c", TRY_DEVICE))
    equal(bare.wait().strip(), "reads the disk", "what the rule opens under bare runc")
    for options in (rule, ("--privileged",), ()):
        bounded_one = vm.direct("hardened", *options, command=("sh", "-c", TRY_DEVICE))
        equal(bounded_one.wait().strip(), "cannot open it", f"the disk with {options}")


@case(boots=EVERY)
def devices_have_a_program(vm):
    box = vm.start("hardened", "--device-cgroup-rule=b *:* rwm")
    programs = attached(vm, box.process.cgroup_directory(""))
    equal(len(programs), 1, f"device programs on the container's cgroup: {programs}")
    bare = vm.start("runc", "--privileged")
    holds(attached(vm, bare.process.cgroup_directory("")) != [], "bare runc attaches one too, which lets all through")
    holds("devices" in recorded(vm, box, "create", "narrowed"), "the record says that devices was narrowed")


def attached(vm, cgroup):
    """Identities of the BPF programs for devices on a cgroup: BPF_PROG_QUERY, as bpftool does it."""
    ids = (ctypes.c_uint32 * 16)()
    directory = os.open(cgroup, os.O_RDONLY)
    # target_fd, attach_type (BPF_CGROUP_DEVICE), query_flags, attach_flags, prog_ids, prog_cnt: linux/bpf.h.
    words = ctypes.create_string_buffer(struct.pack("IIIIQI", directory, 6, 0, 0, ctypes.addressof(ids), 16), 128)
    number, query = 321, 16
    answer = ctypes.CDLL(None, use_errno=True).syscall(number, query, words, 128)
    os.close(directory)
    if answer != 0:
        raise OSError(ctypes.get_errno(), f"BPF_PROG_QUERY of {cgroup}")
    return list(ids)[:struct.unpack_from("I", words, 24)[0]]


@case(boots=EVERY)
def crun_as_the_low_level_runtime(vm):
    box = vm.start("hardened-crun", "--privileged")
    bounded(box.process, "--privileged with crun")
    equal(box.process.cgroup_file("pids.max"), "4096", "pids.max")
    # crun's own files, which runc does not write, say who started it.
    holds(list(Path("/run").glob(f"**/moby/{box.id}/status")), "crun keeps the container's state")
    recorded(vm, box, "create", "narrowed")
    held = told(box.exec("cat", "/proc/self/status", options=("--privileged",), check=True).stdout)
    equal(held["CapPrm"].bit_count(), len(DOCKER_DEFAULT), "exec --privileged with crun")


@case(boots=EVERY)
def a_bridge_network(vm):
    # dockerd sets such a network up from a hook of the spec: it must stand there still.
    done = vm.run("hardened", "ip", "-4", "addr", "show", "eth0", network="bridge")
    matches(done.stdout, r"inet 172\.\d+", "the container's address")


@case(boots=EVERY)
def a_policy_of_its_own(vm):
    runtime = vm.own("version: 1\nextends: docker-default\ncontrols:\n  capabilities: {ceiling: [docker-default, SYS_ADMIN]}\n")
    box = vm.direct(runtime, "--cap-add=ALL")
    equal(box.process.capabilities("Eff"), DOCKER_DEFAULT | {"SYS_ADMIN"}, "effective set")


@case(boots=EVERY)
def a_restart_of_docker(vm):
    before = vm.start("hardened", "--restart=always", "--privileged")
    vm.restart_docker()
    box = vm.wait(lambda: before.docker.inspect(before.id, "{{json .State.Running}}"), "the container runs again")
    holds(box, "it runs")
    bounded(Process(vm.docker.inspect(before.id, "{{json .State.Pid}}")), "after a restart of docker")
