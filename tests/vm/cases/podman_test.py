"""podman calls hardened as well, on the cgroup v2 and with the systemd cgroups that it expects."""

import json
import re
from pathlib import Path

from integration.harness.kernel import DOCKER_DEFAULT
from vm.harness import EVERY, below, case, equal, holds, policies

PROGRAM = "/usr/sbin/hardened-runtime"
PIDS_MAX = "cat /proc/self/status; cat /sys/fs/cgroup/pids.max"


def podman(vm, *words, runtime=PROGRAM, check=True):
    return vm.command("podman", "--events-backend=file", "--runtime", runtime, *words, check=check)


def image(vm):
    if podman(vm, "image", "exists", "box", check=False).returncode != 0:
        vm.command("sh", "-c", "tar -C /run/world/box -c . | podman --events-backend=file import - box")
    return "box"


def held(printed):
    return {key: int(re.search(rf"^{key}:\s*(\w+)$", printed, re.MULTILINE).group(1), 16) for key in ("CapPrm", "CapBnd", "Seccomp")}


@case(boots=EVERY)
def privileged(vm):
    run = ("run", "--rm", "--network=none", "--privileged", image(vm), "sh", "-c", PIDS_MAX)
    bare = held(podman(vm, *run, runtime="/usr/sbin/runc").stdout)
    holds(bare["Seccomp"] == 0 and bare["CapPrm"].bit_count() > len(DOCKER_DEFAULT), "what podman grants under bare runc")
    printed = podman(vm, *run).stdout
    bounded = held(printed)
    below({"CapPrm", "CapBnd"}, {key for key, bits in bounded.items() if bits.bit_count() <= len(DOCKER_DEFAULT)}, "capabilities")
    equal(bounded["Seccomp"], 2, "seccomp mode")
    holds(int(printed.split()[-1]) <= 4096, f"pids.max is {printed.split()[-1]}")
    line = vm.records(call="create")[-1]
    equal((line["verdict"], line["privileged"]), ("narrowed", True), "the decision record")


@case(boots=EVERY)
def exec_privileged(vm):
    name = podman(vm, "run", "--detach", "--network=none", image(vm), "sleep", "1000").stdout.strip()
    try:
        bounded = held(podman(vm, "exec", "--privileged", name, "cat", "/proc/self/status").stdout)
        holds(bounded["CapPrm"].bit_count() <= len(DOCKER_DEFAULT), "capabilities of exec --privileged")
        equal(bounded["Seccomp"], 2, "seccomp mode")
    finally:
        podman(vm, "rm", "--force", "--time=0", name)


@case(boots=EVERY)
def precreate(vm):
    """runc is called by podman itself, and what it is given has passed the file that is shipped for podman's hooks directories."""
    place = Path("/run/world/hooks.d")
    place.mkdir(exist_ok=True)
    shipped = policies.ROOT / "packaging/hooks.d/zz-hardened.json"
    entry = json.loads(shipped.read_text())
    holds(Path(entry["hook"]["path"]).exists(), f"{entry['hook']['path']} is installed")
    (place / shipped.name).write_text(shipped.read_text())
    show = "cat /proc/self/attr/apparmor/current 2>/dev/null || echo none; " + PIDS_MAX
    run = ("run", "--rm", "--network=none", "--privileged", image(vm), "sh", "-c", show)
    printed = podman(vm, "--hooks-dir", place, *run, runtime="/usr/sbin/runc").stdout
    bounded = held(printed)
    below({"CapPrm", "CapBnd"}, {key for key, bits in bounded.items() if bits.bit_count() <= len(DOCKER_DEFAULT)}, "capabilities")
    equal(bounded["Seccomp"], 2, "seccomp mode")
    called = podman(vm, *run).stdout
    # Which label, and which limits: those that the runtime grants.
    equal((printed.splitlines()[0], held(printed), printed.split()[-1]),
          (called.splitlines()[0], held(called), called.split()[-1]), "what the runtime grants")
    equal([line["verdict"] for line in vm.records(call="precreate")], ["narrowed"], "the decision record")
