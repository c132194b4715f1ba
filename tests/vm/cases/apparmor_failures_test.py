"""What keeps a profile from being brought into the kernel is a refusal with a clear text; nothing starts without one."""

import contextlib
import subprocess
from pathlib import Path

from integration.harness.engine import Refused
from vm.harness import EVERY, NO_APPARMOR, apparmor, case, equal, holds, matches
from vm.harness.policies import PROGRAM

ALWAYS = "version: 1\nextends: docker-default\ncontrols: {apparmor: {required: always}}\n"


def is_refused(vm, runtime, words, *options):
    """Docker shows the words, the log has them, and no code of the container's ran."""
    try:
        box = vm.start(runtime, *options)
    except Refused as refused:
        matches(refused.words, words, "what docker says")
        equal(refused.code, 125, "docker's status, of a container that did not start")
    else:
        raise AssertionError(f"it runs, under {apparmor.of(box.process.pid) if vm.confines else 'nothing'}")
    equal(apparmor.of_user_code() if vm.confines else {}, {}, "containers' processes")
    lines = vm.records(call="create")
    holds(lines and lines[-1]["verdict"] in ("fault", "refused"), f"the record says so: {lines[-1:]}")


@contextlib.contextmanager
def nothing_kept():
    apparmor.forget()
    try:
        yield
    finally:
        apparmor.forget()


@case
def a_template_with_a_syntax_error(vm):
    broken = PROGRAM.read_bytes().replace(b"  deny network alg,\n", b"  deny netwrok alg,\n")
    holds(broken != PROGRAM.read_bytes(), "the program has the template in it")
    with nothing_kept():
        with apparmor.in_place_of(PROGRAM, broken):
            is_refused(vm, "hardened", "(?s)hardened: .*AppArmor: apparmor_parser refused a profile.*syntax error")
            equal(apparmor.ours(), [], "profiles of ours")
        apparmor.agrees(vm, (box := vm.start("hardened")).id, box.process.pid, "mended")


@case
def no_apparmor_parser(vm):
    with nothing_kept():
        with apparmor.missing(apparmor.PARSER):
            is_refused(vm, "hardened", r"hardened: .*AppArmor's parser \(package apparmor\).*apparmor_parser")
            is_refused(vm, "hardened", r"hardened: .*apparmor_parser", "--privileged")
        box = vm.start("hardened")
        label = apparmor.agrees(vm, box.id, box.process.pid, "with the parser again")
    # What was compiled before is loaded without it.
    with nothing_kept():
        vm.start("hardened")
        with apparmor.missing(apparmor.PARSER):
            for name in label.parts:
                apparmor.unload(name)
            box = vm.start("hardened")
            equal(apparmor.agrees(vm, box.id, box.process.pid, "without the parser"), label, "the label")


@case
def a_parser_that_does_not_work(vm):
    for script, words in ((b"#!/bin/sh\nexit 0\n", "gave no policy"), (b"#!/bin/sh\necho no room left >&2\nexit 3\n", "status 3.*no room left"),
                          (b"#!/bin/sh\nkill -9 $$\n", "status 137")):
        with nothing_kept(), apparmor.in_place_of(apparmor.PARSER, script):
            is_refused(vm, "hardened", f"hardened: .*{words}")
    with nothing_kept(), apparmor.in_place_of(apparmor.PARSER, b"#!/bin/sh\nexit 0\n"):
        apparmor.PARSER.chmod(0o777)
        is_refused(vm, "hardened", "hardened: .*cannot trust /usr/sbin/apparmor_parser: others than root can write")


@case
def run_is_no_tmpfs(vm):
    """What was compiled before the machine started is not to be believed: a tmpfs is mounted where it is kept."""
    disk = Path("/srv/run-hardened")
    disk.mkdir(mode=0o700)
    Path("/run/hardened").mkdir(mode=0o700, exist_ok=True)
    vm.command("mount", "--bind", "--make-private", disk, "/run/hardened")
    try:
        apparmor.forget()
        box = vm.start("hardened")
        apparmor.agrees(vm, box.id, box.process.pid, "where /run is on a disk")
        vm.finish()
        equal(sorted(one.name for one in (disk / "apparmor").iterdir()), [], "what is kept on the disk")
        vm.command("umount", "--lazy", apparmor.KEPT)
        apparmor.forget()
        # It cannot be made root's alone: somebody else's directory, then a link.
        apparmor.KEPT.mkdir(mode=0o700)
        vm.command("chown", "nobody", apparmor.KEPT)
        is_refused(vm, "hardened", "hardened: .*/run/hardened/apparmor .*not root's alone; remove it")
        apparmor.KEPT.rmdir()
        apparmor.KEPT.symlink_to("/tmp")
        is_refused(vm, "hardened", "hardened: .*/run/hardened/apparmor")
        apparmor.KEPT.unlink()
    finally:
        vm.finish()
        subprocess.run(["umount", "--lazy", apparmor.KEPT], check=False, stderr=subprocess.DEVNULL)
        vm.command("umount", "--lazy", "/run/hardened")
        subprocess.run(["rm", "-rf", disk], check=True)
        apparmor.forget()


@case
def another_profile_under_our_name(vm):
    """Of the same name, but not what we compiled: it is replaced, not used."""
    label = apparmor.of(vm.start("hardened").process.pid)
    name, = label.parts
    vm.finish()
    open_profile = f'profile "{name}" flags=(attach_disconnected) {{\n  capability,\n  file,\n  mount,\n}}\n'
    vm.command("sh", "-c", f"apparmor_parser --replace --skip-cache --quiet <<'END'\n{open_profile}END")
    runtime = vm.own("version: 1\nextends: docker-default\ncontrols: {capabilities: {ceiling: [docker-default, SYS_ADMIN]}}\n")
    box = vm.start(runtime, "--cap-add=SYS_ADMIN")
    equal(apparmor.of(box.process.pid), label, "the label")
    holds("may" not in box.exec("sh", "-c", "mount -t tmpfs none /mnt && echo may").stdout, "a mount")


@case(boots=(NO_APPARMOR,))
def required_always(vm):
    for option in ((), ("--privileged",)):
        is_refused(vm, vm.own(ALWAYS), "hardened: refused: apparmor: .*AppArmor is not enabled on this host, and apparmor.required is always",
                   *option)


@case(boots=(NO_APPARMOR,))
def required_auto(vm):
    box = vm.start("hardened")
    with contextlib.suppress(OSError):
        raise AssertionError(f"the kernel has a label for it: {apparmor.of(box.process.pid)}")
    notes = [note for one in vm.records(box.id, "create")[-1]["controls"] if one["control"] == "apparmor" for note in one.get("notes", ())]
    matches(" ".join(notes), "AppArmor is not enabled", f"the record says that it runs without: {notes}")


@case
def required_always_where_it_is_there(vm):
    box = vm.start(vm.own(ALWAYS))
    apparmor.agrees(vm, box.id, box.process.pid, "required: always")
