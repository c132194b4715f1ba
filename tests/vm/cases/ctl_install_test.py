"""hardenedctl install and uninstall on a host as users have it: containers from before, from between and from after live
through all of it, packages of runc are upgraded under it, and each byte comes back."""

import json
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from vm.harness import case, daemon, equal, holds, matches, policies

TOOL = policies.ROOT / "build/release/hardenedctl"
SETTINGS = Path("/etc/docker/daemon.json")
RUNC, ASIDE = Path("/usr/sbin/runc"), Path("/usr/sbin/runc.hardened-real")
POLICY_LINK = policies.POLICIES / "policy.runtime"
JOURNAL = policies.POLICIES / "install.json"
BACKUP = SETTINGS.with_name("daemon.json.hardened-backup")
WIDE = ("--cap-add=SYS_ADMIN",)
PLACE = Path("/run/world/build")
DOCKERFILE = "FROM box\nRUN echo it ran > /said\n"


def tool(vm, *words, check=True):
    done = vm.command(TOOL, *words, check=check)
    print(f"$ hardenedctl {' '.join(map(str, words))}\n{done.stdout}{done.stderr}", flush=True)
    return done


class Host:
    """Docker without hardened for the time of a case, and as it was afterwards."""

    def __init__(self, vm):
        self.vm = vm

    def __enter__(self):
        # What installed hardened in this machine, for all cases, is not to be undone.
        self.aside = {path: path.read_bytes() for path in (JOURNAL, BACKUP) if path.exists()}
        for path in self.aside:
            path.unlink()
        self.former = SETTINGS.read_bytes()
        settings = json.loads(self.former)
        del settings["runtimes"]["hardened"]
        SETTINGS.write_text(json.dumps(settings, indent=4) + "\n")
        self.reload_until(lambda: "hardened" not in daemon.runtimes())
        self.settings, self.runc = SETTINGS.read_bytes(), RUNC.stat().st_ino
        self.policies = sorted(os.listdir(policies.POLICIES))
        return self

    def __exit__(self, *_):
        self.vm.command(TOOL, "uninstall", "--force", check=False)
        SETTINGS.write_bytes(self.former)
        for path, content in self.aside.items():
            path.write_bytes(content)
            path.chmod(0o600)
        self.reload_until(lambda: "hardened" in daemon.runtimes())

    def reload_until(self, condition):
        self.vm.command("systemctl", "reload", "docker")
        self.vm.wait(condition, "dockerd reads its settings anew")

    def is_as_before(self):
        equal(SETTINGS.read_bytes(), self.settings, "daemon.json")
        equal(sorted(os.listdir(policies.POLICIES)), self.policies, "/etc/hardened")
        holds(RUNC.is_file() and not RUNC.is_symlink() and not ASIDE.exists(), "runc has its name back, and no second one")
        equal(self.vm.command("dpkg-divert", "--list", RUNC).stdout, "", "dpkg's diversions")
        equal([p.name for p in SETTINGS.parent.glob("*hardened*")], [], "what is left beside daemon.json")


def default_runtime():
    return daemon.ask("GET", "/info")[1]["DefaultRuntime"]


def bounded(box, what):
    holds("SYS_ADMIN" not in box.process.capabilities("Bnd"), f"{what} is bounded")


def unbounded(box, what):
    holds("SYS_ADMIN" in box.process.capabilities("Bnd"), f"{what} is not bounded")


def lives(box, what):
    equal(box.exec("echo", "here", check=True).stdout, "here\n", what)


@case(limit=900)
def containers_live_on(vm):
    with Host(vm) as host:
        before = vm.start("runc", *WIDE)
        unbounded(before, "a container from before")
        tool(vm, "install", "--dry-run")
        tool(vm, "install", "--reload")
        vm.wait(lambda: "hardened" in daemon.runtimes(), "dockerd knows hardened")
        registered = vm.start("hardened", *WIDE)
        bounded(registered, "--runtime=hardened")
        tool(vm, "install", "--default", "--shadow", "--reload")
        vm.wait(lambda: default_runtime() == "hardened", "hardened is the default")
        shadowed = vm.start("runc", *WIDE)
        bounded(shadowed, "--runtime=runc, in whose place hardened stands")
        holds(vm.records(shadowed.id, "create"), "the decision log has its create")
        matches(tool(vm, "install", "--default", "--shadow").stdout, "nothing to do", "the same command again")
        for box, what in ((before, "from before"), (registered, "registered"), (shadowed, "shadowed")):
            lives(box, what)
        upgrade_runc(vm)
        for box, what in ((before, "from before"), (registered, "registered"), (shadowed, "shadowed")):
            lives(box, f"{what}, after runc was upgraded")
        refused = tool(vm, "uninstall", check=False)
        equal(refused.returncode, 3, "uninstall while containers need it")
        for box in (registered, shadowed):
            matches(refused.stderr, vm.docker.inspect(box.id, "{{json .Name}}").strip("/"), "who needs it")
        registered.remove()
        shadowed.remove()
        tool(vm, "uninstall", "--reload")
        host.is_as_before()
        vm.wait(lambda: default_runtime() == "runc" and "hardened" not in daemon.runtimes(), "dockerd forgot hardened")
        lives(before, "from before, at the end")
        after = vm.start("runc", *WIDE)
        unbounded(after, "a container from after")
        before.remove()


def upgrade_runc(vm):
    """The package again, with a higher version, by dpkg itself."""
    version = vm.command("dpkg-query", "--show", "--showformat=${Version}", "runc").stdout
    tree = Path("/run/world/package")
    shutil.rmtree(tree, ignore_errors=True)
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "usr/sbin").mkdir(parents=True)
    shutil.copy2(ASIDE, tree / "usr/sbin/runc")
    (tree / "DEBIAN/control").write_text(
        f"Package: runc\nVersion: {version}+again\nArchitecture: amd64\nMaintainer: nobody <nobody@localhost>\n"
        "Description: runc again\n")
    vm.command("dpkg-deb", "--build", "--root-owner-group", "-Znone", tree, "/run/world/runc.deb")
    old = ASIDE.stat().st_ino
    vm.command("dpkg", "--install", "/run/world/runc.deb")
    holds(ASIDE.stat().st_ino != old, "the new runc landed aside")
    equal(os.readlink(RUNC), str(policies.PROGRAM), "runc's name")


@case(limit=900)
def builds_go_through_it(vm):
    """Classic steps are containers of docker's, those of BuildKit are made by runc's `run`: each leaves its record."""
    PLACE.mkdir(parents=True, exist_ok=True)
    (PLACE / "Dockerfile").write_text(DOCKERFILE)
    builders = {"classic": ("0", "create"), "BuildKit": ("1", "run")}
    with Host(vm) as host:
        for name, (kit, _) in builders.items():
            done = build(vm, kit)
            equal(done.returncode, 0, f"bare, {name} builder: {done.stdout}{done.stderr}")
        equal(vm.records(), [], "records of bare builds")
        tool(vm, "install", "--shadow")
        for name, (kit, call) in builders.items():
            for network in ("none", "default"):
                before = len(vm.records(call=call))
                done = build(vm, kit, network)
                equal(done.returncode, 0, f"{name} builder, network {network}: {done.stdout}{done.stderr}")
                step = vm.records(call=call)[before:]
                holds(step and step[0]["verdict"] == "narrowed", f"the record of a step of the {name} builder, network {network}: {step}")
        tool(vm, "uninstall")
        host.is_as_before()


def build(vm, kit, network="none"):
    return vm.command("docker", "build", "--no-cache", f"--network={network}", PLACE, check=False,
                      env=os.environ | {"DOCKER_BUILDKIT": kit})


@case(limit=600)
def rootless_podman_works_through_it(vm):
    """It names no user to hardened, whose policy lets it pass: what it could do before it can do now."""
    vm.command("useradd", "--create-home", "--uid", "4321", "somebody", check=False)
    user = pwd.getpwnam("somebody")
    image = Path("/run/world/box.tar")
    vm.docker("export", "--output", image, vm.start("runc").id)
    image.chmod(0o644)
    try:
        bare = rootless(vm, user, image)
        print(bare, flush=True)
        holds(bare.returncode == 0, f"bare: {bare.stdout}{bare.stderr}")
        with Host(vm):
            tool(vm, "install", "--shadow")
            done = rootless(vm, user, image)
            equal((done.returncode, done.stdout), (bare.returncode, bare.stdout), f"in runc's place: {done.stderr}")
    finally:
        vm.command("loginctl", "terminate-user", "somebody", check=False)


def rootless(vm, user, image):
    runtime = f"/run/user/{user.pw_uid}"
    os.makedirs(runtime, mode=0o700, exist_ok=True)
    os.chown(runtime, user.pw_uid, user.pw_gid)
    words = (f"podman --runtime={RUNC} import -q {image} box >/dev/null && podman --runtime={RUNC} --cgroup-manager=cgroupfs run --rm "
             "--network=none box sh -c 'echo here; id -u'")
    return vm.command("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--inh-caps=-all", "env", "-i",
                      f"HOME={user.pw_dir}", f"XDG_RUNTIME_DIR={runtime}", f"PATH={os.environ['PATH']}", "sh", "-c", words,
                      check=False, cwd=user.pw_dir)
