"""Parts of the host that are given away as files: what it swaps to."""

import contextlib
from pathlib import Path

from integration.harness.engine import Refused
from vm.harness import EVERY, case, equal, holds, matches

PLACE = Path("/srv/data")
READ = "dd if=/given/swap of=/dev/null bs=4096 count=1 2>/dev/null && echo read"


@contextlib.contextmanager
def swapping(vm):
    """The host swaps to a file in a directory that is nobody's."""
    PLACE.mkdir(parents=True, exist_ok=True)
    file = PLACE / "swap"
    with file.open("wb") as out:
        out.write(bytes(8 << 20))
    file.chmod(0o600)
    vm.command("mkswap", file)
    vm.command("swapon", file)
    try:
        yield file
    finally:
        vm.command("swapoff", file)
        file.unlink()


@case(boots=EVERY)
def swap_files(vm):
    bind = ("--volume", f"{PLACE}:/given")
    with swapping(vm) as file:
        holds(str(file) in Path("/proc/swaps").read_text(), "the kernel swaps to it")
        equal(vm.run("runc", "sh", "-c", READ, options=bind).stdout, "read\n", "bare runc")
        for options in (bind, ("--volume", f"{file}:/given/swap")):
            try:
                vm.start("hardened", *options)
            except Refused as refused:
                matches(refused.words, "hardened: refused: mounts: .*swap", f"the words for {options[1]}")
            else:
                raise AssertionError(f"{options[1]} is given away")
    equal(vm.run("hardened", "sh", "-c", "ls /given && echo listed", options=bind).stdout, "listed\n", "the directory without it")
