"""Under which profile a container of Docker's runs: the kernel, aa-status and the decision record say the same."""

from pathlib import Path

from vm.harness import apparmor, case, equal, holds, matches
from vm.harness.shell import TOOLS

MOUNT = "mount -t tmpfs none /mnt && echo mounted || echo not mounted"
ADMIN = ("--cap-add=SYS_ADMIN",)
# What Docker's own example of a profile for a web server is about, in our words: no ping, no top, nothing to be written in /root.
# It allows more than the ceiling does: mounting, and files of /proc.
WEB = """
  capability,
  network inet,
  network unix,
  file,
  mount,
  umount,
  signal (send, receive) peer=unconfined,
  deny network raw,
  deny /usr/bin/top mrwklx,
  deny /root/** wl,
"""
# The ceiling's AppArmor profile alone stands before the doors of this one.
WIDE = "version: 1\nextends: docker-default\ncontrols:\n  capabilities: {ceiling: [docker-default, SYS_ADMIN]}\n" \
       "  paths: {masked: [], readonly: []}\n"
UNMASKED = ("--cap-add=SYS_ADMIN", "--security-opt=systempaths=unconfined")


@case
def plain(vm):
    equal(apparmor.of(vm.start("runc").process.pid).parts, {"docker-default"}, "the label that docker gives")
    box = vm.start("hardened")
    label = apparmor.agrees(vm, box.id, box.process.pid, "plain")
    holds(all(part.startswith("hardened-default-") for part in label.parts), f"it is the shipped profile: {label}")
    equal(apparmor.loaded()[next(iter(label.parts))], "enforce", "the profile, as the kernel has it")


@case
def privileged(vm):
    equal(apparmor.of(vm.start("runc", "--privileged").process.pid).parts, {"unconfined"}, "the label that docker gives")
    box = vm.start("hardened", "--privileged")
    apparmor.agrees(vm, box.id, box.process.pid, "--privileged")


@case
def unconfined(vm):
    option = "--security-opt=apparmor=unconfined"
    equal(apparmor.of(vm.start("runc", option).process.pid).parts, {"unconfined"}, "the label that docker gives")
    box = vm.start("hardened", option)
    apparmor.agrees(vm, box.id, box.process.pid, option)


@case
def mounting_with_sys_admin(vm):
    # Bare: docker-default alone stands before it, and goes when asked to.
    equal(vm.run("runc", "sh", "-c", MOUNT, options=(*ADMIN, "--security-opt=apparmor=unconfined")).stdout.strip(), "mounted", "bare runc")
    box = vm.start("hardened", *ADMIN)
    apparmor.agrees(vm, box.id, box.process.pid, "--cap-add SYS_ADMIN")
    matches(box.exec("sh", "-c", MOUNT, check=True).stdout, "^not mounted", "under the shipped policy")
    # And where the policy grants the capability: by AppArmor.
    runtime = vm.own(WIDE)
    for option in ("", "--security-opt=apparmor=unconfined"):
        said = vm.run(runtime, "sh", "-c", MOUNT, options=(*ADMIN, *filter(None, [option])))
        matches(said.stderr + said.stdout, "(?s)Permission denied.*not mounted", f"under a policy that grants SYS_ADMIN, {option}")


@case
def execs(vm):
    box = vm.start("hardened")
    label = apparmor.agrees(vm, box.id, box.process.pid, "the container")
    for options in ((), ("--privileged",)):
        what = f"exec {' '.join(options)}"
        said = box.exec("cat", "/proc/self/attr/apparmor/current", options=options, check=True).stdout
        equal(apparmor.parse(said), label, f"{what}: its label")
        equal(apparmor.granted(vm, box.id, "exec"), label.parts, f"{what}: the record")
    # Who was created without a profile gets ours with an exec, where the policy has changed meanwhile.
    runtime = vm.own("version: 1\nextends: docker-default\ncontrols: {apparmor: {profile: unconfined}}\n")
    free = vm.start(runtime, "--privileged")
    equal(apparmor.of(free.process.pid).parts, {"unconfined"}, "the label where the policy wants none")
    vm.own("version: 1\nextends: docker-default\n")
    said = free.exec("cat", "/proc/self/attr/apparmor/current", check=True).stdout
    equal(apparmor.parse(said), label, "exec under the policy of now")


def tried(box):
    """{what: whether it went}; sysrq-trigger is opened, and nothing is written to it."""
    said = box.exec("sh", "-c", TOOLS + """
tries ping ping -c 1 -W 5 127.0.0.1
tries top /usr/bin/top -b -n 1
tries 'write /root' sh -c ': >/root/x'
tries 'write /tmp' sh -c ': >/tmp/x'
writes /proc/sysrq-trigger
mounts tmpfs
true""", check=True).stdout
    return {line.partition(" ")[2].partition(":")[0]: line.startswith("OPEN") for line in said.splitlines()}


@case(limit=600)
def a_profile_of_the_users(vm):
    image = with_top(vm)
    with apparmor.profile(vm, "case-web", WEB):
        option = ("--security-opt=apparmor=case-web", *UNMASKED)
        own = {"ping": False, "top": False, "write /root": False, "write /tmp": True}
        bare = vm.start("runc", *option, image=image)
        equal(apparmor.of(bare.process.pid).parts, {"case-web"}, "the label under bare runc")
        equal(tried(bare), own | {"write /proc/sysrq-trigger": True, "mount tmpfs": True}, "what it allows under bare runc")

        box = vm.start(vm.own(WIDE), *option, image=image)
        label = apparmor.agrees(vm, box.id, box.process.pid, "stacked")
        equal((len(label.parts), "case-web" in label.parts), (2, True), f"both hold: {label}")
        equal(tried(box), own | {"write /proc/sysrq-trigger": False, "mount tmpfs": False}, "what both allow")

        # Without it, only ours forbids.
        plain = vm.start("hardened-own", *UNMASKED, image=image)
        allowed = dict.fromkeys(own, True)
        equal(tried(plain), allowed | {"write /proc/sysrq-trigger": False, "mount tmpfs": False}, "what ours allows")

        trusted = vm.start(vm.own(WIDE + "  apparmor: {custom: [case-web]}\n", name="other"), *option, image=image)
        equal(apparmor.of(trusted.process.pid), apparmor.Label(frozenset({"case-web"}), "enforce"), "trusted, it stands alone")
        equal(tried(trusted), own | {"write /proc/sysrq-trigger": True, "mount tmpfs": True}, "what a trusted one allows")


def with_top(vm):
    """AppArmor asks for the path behind links: `top` has to be a file of its own."""
    from vm.harness import images
    if not (images.DERIVED / "top").exists():
        tree = images.derived("top")
        (tree / "usr/bin").mkdir(parents=True, exist_ok=True)
        (tree / "usr/bin/top").write_bytes((tree / "bin/busybox").read_bytes())
        (tree / "usr/bin/top").chmod(0o755)
    return vm.image("top")


@case
def refused_names(vm):
    from integration.harness.engine import Refused
    own = next(iter(apparmor.of(vm.start("hardened").process.pid).parts))
    for name, why in (("nobody-loaded-this", "the kernel has no such profile"), (f"{own[:-1]}x", "no such profile|runtime's own"),
                      (":other:profile", "policy namespace")):
        try:
            vm.start("hardened", f"--security-opt=apparmor={name}")
        except Refused as refused:
            matches(refused.words, f"hardened: refused: apparmor: .*({why})", f"the words for {name}")
        else:
            raise AssertionError(f"a container runs under {name}")


@case
def one_that_only_complains_is_held_by_ours(vm):
    """A user's profile in complain mode forbids nothing; beside it ours does."""
    text = 'abi <abi/3.0>,\nprofile case-complains flags=(complain) {\n}\n'
    place = Path("/run/world/case-complains")
    place.write_text(text)
    vm.command("apparmor_parser", "--replace", "--skip-cache", place)
    try:
        option = ("--security-opt=apparmor=case-complains", *UNMASKED)
        box = vm.start(vm.own(WIDE), *option)
        label = apparmor.of(box.process.pid)
        equal(label.mode, "mixed", "the mode of the stack")
        holds(label.ours, f"ours is part of it: {label}")
        equal(box.exec("sh", "-c", TOOLS + "mounts tmpfs").stdout[:4], "SHUT", "a mount")
    finally:
        vm.finish()
        apparmor.unload("case-complains")
