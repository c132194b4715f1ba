"""What Docker's containers share, and who they are, read from the kernel: --network, --ipc, --pid, --uts, --userns."""

import os
import re
from pathlib import Path

from integration.harness.engine import Refused
from vm.harness import EVERY, case, equal, holds, matches

KINDS = ("mnt", "pid", "net", "ipc", "uts")
ALPINE = "root:x:0:root\ndisk:x:6:root,adm\nnogroup:x:65534:\n"


def refusal(vm, *options, network="none"):
    try:
        vm.start("hardened", *options, network=network)
    except Refused as refused:
        return refused.words
    raise AssertionError(f"{' '.join(options)} was started")


def own(kind):
    return os.readlink(f"/proc/self/ns/{kind}")


def groups(process):
    return [int(word) for word in process.status("Groups").split()]


def decided(vm, box, control):
    """What the record of its create says of a control; nothing where it has no word of it."""
    return next((one for one in vm.records(box.id, "create")[-1]["controls"] if one["control"] == control), None)


@case(boots=EVERY)
def a_plain_container_has_its_own(vm):
    box = vm.start("hardened")
    for kind in KINDS:
        holds(box.process.namespace(kind) != own(kind), f"a {kind} namespace of its own")
    equal(decided(vm, box, "namespaces"), None, "the record has no word of namespaces")


@case(boots=EVERY, limit=600)
def the_hosts_are_refused(vm):
    for option, kind in (("--pid", "pid"), ("--ipc", "ipc"), ("--uts", "uts")):
        bare = vm.direct("runc", f"{option}=host")
        equal(bare.process.namespace(kind), own(kind), f"{option}=host under bare runc")
        matches(refusal(vm, f"{option}=host"), f"no {kind} namespace of its own", f"{option}=host")
    # Docker 20 names the host's, later ones ask for none.
    matches(refusal(vm, network="host"), "network namespace .*the host's|no network namespace of its own", "--network=host")


@case(boots=EVERY, limit=600)
def those_of_another_container_are_joined(vm):
    first = vm.start("hardened", "--ipc=shareable")
    second = vm.start("hardened", f"--ipc=container:{first.id}", network=f"container:{first.id}")
    for kind in ("net", "ipc"):
        equal(second.process.namespace(kind), first.process.namespace(kind), f"the {kind} namespace")
        holds(second.process.namespace(kind) != own(kind), f"which is not the host's: {kind}")
    for kind in ("mnt", "pid", "uts"):
        holds(second.process.namespace(kind) != first.process.namespace(kind), f"a {kind} namespace of its own")
    bare = vm.start("runc", f"--pid=container:{first.id}")
    equal(bare.process.namespace("pid"), first.process.namespace("pid"), "--pid=container: under bare runc")
    matches(refusal(vm, f"--pid=container:{first.id}"), r"of a container of this engine", "--pid=container:")


@case(boots=EVERY)
def one_that_has_the_hosts_network_is_not_joined(vm):
    runtime = vm.own("version: 1\nextends: docker-default\ncontrols:\n  namespaces: {network: any}\n")
    first = vm.start(runtime, network="host")
    equal(first.process.namespace("net"), own("net"), "what the policy allows")
    words = refusal(vm, network=f"container:{first.id}")
    matches(words, r"no network namespace of its own|it is the host's", "its network, joined")


@case(boots=EVERY)
def the_hosts_users(vm):
    box = vm.start("hardened", "--userns=host")
    equal(box.process.namespace("user"), own("user"), "no user namespace, which nobody asked for")
    strict = vm.own("version: 1\nextends: docker-default\ncontrols:\n  namespaces: {user: own}\n")
    try:
        vm.start(strict)
    except Refused as refused:
        matches(refused.words, "no user namespace of its own", "where the policy demands one")
    else:
        raise AssertionError("a container without a user namespace was started")


@case(boots=EVERY)
def clocks_of_the_host(vm):
    box = vm.start("hardened")
    equal(Path(f"/proc/{box.process.pid}/timens_offsets").read_text(), Path("/proc/self/timens_offsets").read_text(),
          "the offsets of its clocks")


@case(boots=EVERY)
def protected_groups_of_the_host(vm):
    bare = vm.start("runc", "--user=1000", "--group-add=6")
    holds(6 in groups(bare.process), "the group under bare runc")
    box = vm.start("hardened", "--user=1000", "--group-add=6", "--group-add=44")
    equal(groups(box.process), [0, 44], "groups")
    said = decided(vm, box, "user")
    equal([(one["asked"], one.get("default", False)) for one in said["changes"]], [("group 6 (disk)", False)], "the record")
    told = box.exec("cat", "/proc/self/status", options=("--user=1000",), check=True).stdout
    equal(re.search(r"^Groups:\s*(.*?)\s*$", told, re.MULTILINE).group(1), "0 44", "groups of an exec")


@case(boots=EVERY)
def an_images_own_groups_of_root(vm):
    """As Alpine's root is in disk: the container runs, also where a rule refuses, and nobody is blamed."""
    place = Path("/run/world/alpine-groups")
    place.write_text(ALPINE)
    runtime = vm.own("version: 1\nextends: docker-default\ncontrols:\n  user: {on_excess: refuse}\n")
    made = vm.docker("create", "--network=none", "box", "true").stdout.strip()
    try:
        vm.docker("cp", str(place), f"{made}:/etc/group")
        vm.docker("commit", made, "alpine-groups")
    finally:
        vm.docker("rm", "--force", made)
    box = vm.start(runtime, image="alpine-groups")
    holds(6 not in groups(box.process), f"groups {groups(box.process)}")
    equal([(one["asked"], one.get("default")) for one in decided(vm, box, "user")["changes"]], [("group 6 (disk)", True)],
          "the record")
