"""System calls made inside of containers, and the kernel's answer to each, in the caller's own words.

    calls = Calls(engine)                          after with_programs(), which puts the programs into the image
    calls("hardened", call("socket", 38, 3))       ["1"]: an errno; "0" is success, "signal 31" a violent end
    calls.sweep("runc", "--cap-add=SYS_ADMIN")     {"read": "9", "mount": "14", ...}: every call there is
    calls.threads("runc")                          does pthread_create work?
    profile("mine", {...})                         the option for docker run

A sweep gives each call arguments that no kernel takes (-1: no descriptor, no address), so that whoever gets
past the filter is told EBADF, EFAULT or EINVAL, and whoever does not gets the filter's own errno.
"""

import json
import os
import re
import shutil
from pathlib import Path

from .engine import IMAGE, busybox_tree
from .install import ROOT

PROGRAMS = Path(os.environ.get("HARDENED_PROGRAMS", ROOT / "build/release/tests/integration"))
TREE = Path("/run/world/box")
HEADER = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
NUMBERS = {name: int(number) for name, number in re.findall(r"#define __NR_(\w+) (\d+)", HEADER.read_text())}
# Ends the caller, waits for ever, or leaves the memory of the process that asks.
UNSWEPT = {"exit", "exit_group", "pause", "rt_sigreturn", "vfork", "sync"}
EPERM, ENOSYS = "1", "38"


def with_programs():
    """To be called before the engine makes its image."""
    tree = busybox_tree(TREE)
    for name in ("calls", "threads"):
        shutil.copy(PROGRAMS / name, tree / "bin" / name)


def call(name, *arguments):
    """A word for the program: call("socket", 38, 3)."""
    return ":".join([str(NUMBERS[name]), *(hex(one) if one >= 0 else str(one) for one in arguments)])


def profile(name, content):
    """The option that asks for this profile: an object, or text for what is none."""
    path = Path(f"/run/world/{name}.json")
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return f"--security-opt=seccomp={path}"


def docker_default():
    """A profile as users write them: Docker's, changed."""
    return json.loads((ROOT / "profiles/seccomp/default.json").read_text())


def without(content, *names):
    """The profile with these calls in no rule."""
    rules = [rule | {"names": [n for n in rule["names"] if n not in names]} for rule in content["syscalls"]]
    return content | {"syscalls": [rule for rule in rules if rule["names"]]}


class Calls:
    swept = sorted(set(NUMBERS) - UNSWEPT)
    # An unsigned int as it is written in profiles: to bare runc the same number with other high bits is another.
    sweeping = [call(name, *([0xffffffff] if name == "personality" else [-1] * 6)) for name in swept]

    def __init__(self, engine):
        self.engine = engine

    def run(self, runtime, *words, options=(), check=True):
        return self.engine("run", "--rm", "--runtime", runtime, *options, IMAGE, *words, check=check)

    def __call__(self, runtime, *made, options=()):
        answers = self.run(runtime, "calls", *made, options=options).stdout.splitlines()
        if len(answers) != len(made):
            raise AssertionError(f"{len(made)} calls, and {len(answers)} answers")
        return answers

    def sweep(self, runtime, *options):
        return dict(zip(self.swept, self(runtime, *self.sweeping, options=options)))

    def threads(self, runtime, *options):
        done = self.run(runtime, "threads", options=options, check=False)
        if not re.fullmatch(r"a thread ran\n|no thread: \d+\n", done.stdout):
            raise AssertionError(f"threads under {runtime} {options}: {done.stdout}{done.stderr}")
        return done.stdout.startswith("a thread")
