"""hardenedctl apparmor on a kernel that has it: what it loads, what it shows, and what it makes of a file of bane's."""

import json
from pathlib import Path

from integration.harness.engine import FOREVER
from vm.harness import apparmor, case, equal, holds, matches, policies

TOOL = policies.ROOT / "build/release/hardenedctl"
SITE = """\
Name = "docker-site"

[Filesystem]
ReadOnlyPaths = ["/root/**"]
DenyExec = ["/usr/bin/top"]

[Network]
Raw = false
"""


def told(vm, *words):
    return json.loads(vm.command(TOOL, "apparmor", *words, "--json").stdout)


@case
def load_and_status(vm):
    apparmor.forget()
    loaded = told(vm, "load")
    name = loaded["name"]
    equal(loaded["was_loaded"], False, "whether it was there before")
    equal(apparmor.loaded().get(name), "enforce", "the profile, as the kernel has it")
    equal(told(vm, "load"), {"name": name, "was_loaded": True}, "the same again")
    equal(told(vm, "status")["profiles"], [{"name": name, "mode": "enforce", "containers": 0, "as_loaded": True}], "what is loaded")
    box, other = vm.start("hardened"), vm.start("runc")
    holds(name in apparmor.of(box.process.pid).parts, "a create takes the profile that was loaded")
    seen = told(vm, "status")
    equal([one["containers"] for one in seen["profiles"] if one["name"] == name], [1], "who wears it")
    worn = {one["container"]: (one["ours"], one["mode"]) for one in seen["containers"]}
    equal(worn, {box.id[:12]: (True, "enforce"), other.id[:12]: (False, "enforce")}, "what containers wear")
    rendered = told(vm, "render")
    equal(rendered["name"], name, "the name of what is rendered")
    # Another content under that name: the kernel shows its digest.
    changed = Path("/run/world/changed")
    changed.write_text(rendered["profile"].replace("deny /proc/sysrq-trigger", "deny /proc/sysrq-triggex"))
    holds(changed.read_text() != rendered["profile"], "the text was changed")
    vm.command("apparmor_parser", "--replace", "--skip-cache", changed)
    equal([one["as_loaded"] for one in told(vm, "status")["profiles"] if one["name"] == name], [False], "one that was replaced")
    vm.finish()
    apparmor.forget()


@case
def a_file_of_banes(vm):
    file, profile = Path("/run/world/site.toml"), Path("/run/world/site")
    file.write_text(SITE)
    profile.write_text(vm.command(TOOL, "apparmor", "from-bane", file).stdout)
    vm.command("apparmor_parser", "--replace", "--skip-cache", profile)
    try:
        box = vm.start("hardened", "--security-opt=apparmor=docker-site", command=("sh", "-c", FOREVER))
        parts = apparmor.of(box.process.pid).parts
        equal((len(parts), "docker-site" in parts), (2, True), f"both hold: {parts}")
        matches(box.exec("sh", "-c", "mkdir -p /root; : >/root/x").stderr, "Permission denied", "what the file denies")
        equal(box.exec("sh", "-c", ": >/tmp/x && echo written").stdout, "written\n", "what it does not")
        equal(vm.start("hardened").exec("sh", "-c", "mkdir -p /root; : >/root/x && echo written").stdout, "written\n", "without it")
    finally:
        vm.finish()
        apparmor.unload("docker-site")
