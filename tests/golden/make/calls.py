"""The command lines with which engines call a runtime."""
from engines import ID


def shim(root, state, identity, *words):
    log = f"{state}/{identity}/log.json"
    return ["hardened-runtime", "--root", root, "--log", log, "--log-format", "json", *words, identity]


DOCKER = ("/var/run/docker/runtime-runc/moby", "/run/containerd/io.containerd.runtime.v2.task/moby", ID)
CONTAINERD = ("/run/containerd/runc/default", "/run/containerd/io.containerd.runtime.v2.task/default", "web")


def create(engine):
    root, state, identity = engine
    bundle = f"{state}/{identity}"
    return shim(root, state, identity, "create", "--bundle", bundle, "--pid-file", f"{bundle}/init.pid")


def execute(engine):
    root, state, identity = engine
    return shim(root, state, identity, "exec", "--process", "/tmp/runc-process919653523", "--detach", "--pid-file",
                f"{state}/{identity}/bfeca2aa.pid")


def execute_flags(engine, flags, command):
    return shim(*engine, "exec", *flags) + command


def update(engine):
    return shim(*engine, "update", "--resources", "-")


def update_flags(engine, flags):
    return shim(*engine, "update", *flags)


PODMAN_DATA = f"/var/lib/containers/storage/overlay-containers/{ID}/userdata"


def podman_create():
    return ["hardened-runtime", "create", "--bundle", PODMAN_DATA, "--pid-file",
            f"/run/containers/storage/overlay-containers/{ID}/userdata/pidfile", ID]


def podman_execute():
    return ["hardened-runtime", "exec", "--pid-file", f"{PODMAN_DATA}/f596d856/exec_pid", "--process",
            f"{PODMAN_DATA}/f596d856/exec-process-2918951270", "--detach", ID]


def podman_update():
    return ["hardened-runtime", "update", "--resources=/var/tmp/podman2437971917", ID]
