"""Services of a swarm: their containers are made by dockerd itself, under its default runtime, with secrets and configs
that it mounts from files of its own."""

import contextlib
import json
import subprocess
from pathlib import Path

from integration.harness.engine import FOREVER, IMAGE
from integration.harness.kernel import Process
from vm.harness import case, equal, holds

DAEMON = Path("/etc/docker/daemon.json")


@contextlib.contextmanager
def default_runtime(vm, name):
    """dockerd's default, changed as an administrator would: by its file and a reload."""
    before = DAEMON.read_text()
    DAEMON.write_text(json.dumps({**json.loads(before), "default-runtime": name}))
    vm.command("systemctl", "reload", "docker")
    try:
        vm.wait(lambda: vm.docker("info", "--format", "{{.DefaultRuntime}}").stdout.strip() == name, "the default runtime")
        yield
    finally:
        DAEMON.write_text(before)
        vm.command("systemctl", "reload", "docker")


def made(vm, what, name, text):
    subprocess.run(["docker", what, "create", name, "-"], input=text, text=True, check=True, capture_output=True, timeout=240)


def task_of(vm, service):
    """The id of the service's container, once it runs."""
    def running():
        return vm.docker("ps", "--quiet", "--no-trunc", "--filter", f"label=com.docker.swarm.service.name={service}").stdout.strip()

    try:
        return vm.wait(running, "a task of the service", seconds=240)
    except AssertionError as error:
        raise AssertionError(f"{error}: {vm.docker('service', 'ps', '--no-trunc', service, check=False).stdout}") from None


@case(limit=900)
def secrets_and_configs(vm):
    vm.docker("swarm", "init", "--advertise-addr", "127.0.0.1", "--listen-addr", "127.0.0.1:2377")
    try:
        made(vm, "secret", "word", "a word that nobody knows")
        made(vm, "config", "setting", "a setting that all know")
        with default_runtime(vm, "hardened"):
            vm.docker("service", "create", "--detach", "--name=web", "--secret=word", "--config=source=setting,target=/setting",
                      IMAGE, "sh", "-c", FOREVER)
            box = task_of(vm, "web")
            equal(vm.docker("inspect", "--format", "{{.HostConfig.Runtime}}", box).stdout.strip(), "hardened", "runtime of the task")
            said = vm.docker("exec", box, "cat", "/run/secrets/word", "/setting").stdout
            equal(said, "a word that nobody knowsa setting that all know", "what the task reads")
            process = Process(json.loads(vm.docker("inspect", "--format", "{{json .State.Pid}}", box).stdout))
            holds(process.mount("/run/secrets/word").read_only, "the secret is read-only")
            equal(process.cgroup_file("pids.max"), "4096", "pids.max")
            lines = vm.records(box, "create")
            holds(lines and lines[-1]["verdict"] != "refused", f"the record of its create: {lines}")
            mounts = [one for one in lines[-1]["controls"] if one["control"] == "mounts"]
            equal(mounts, [], "what the mounts control had to say")
            vm.docker("service", "rm", "web")
    finally:
        vm.docker("swarm", "leave", "--force", check=False)
