"""The host's half of the VM suite. Called by scripts/test vm and scripts/vm, which build what it needs.

    host suite --root DIR [--boot apparmor|no-apparmor|trixie] [-k WORD]... [--time SECONDS] [--list]
    host shell --root DIR [--boot ...]
    host run   --root DIR [--boot ...] -- COMMAND...
"""

import argparse
import fcntl
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/vm")]
sys.dont_write_bytecode = True

from host import machine, payload  # noqa: E402
from host.report import Report, listen  # noqa: E402
from vm.harness import cases  # noqa: E402


def place(name):
    """Of this kind of run in this clone; one at a time."""
    directory = ROOT / "build/vm" / name
    directory.mkdir(parents=True, exist_ok=True)
    lock = (directory / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(f"another run in this clone uses {directory}") from None
    return directory, lock


def chosen(boot, words):
    names = list(cases.find(boot))
    if words:
        names = [name for name in names if any(word in name for word in words)]
    if not names:
        raise SystemExit(f"no case of the boot '{boot}' has {' or '.join(words)} in its name (--list shows them)")
    return names


def suite(options):
    names = chosen(options.boot, options.k)
    if options.list:
        print("\n".join(names))
        return 0
    directory, lock = place(options.boot)
    console = directory / "console.log"
    with lock:
        disk = payload.make(directory, {"do": "suite", "boot": options.boot, "cases": names})
        report = Report(names)
        why = listen(machine.for_results(options.root, disk, options.boot, console), report, options.time)
    if set(names) - set(report.states):
        report.missing(f"{why}; the console is {console}")
        tell_console(console)
    report.print_tables()
    return 0 if report.summary(options.boot) else 1


def tell_console(path):
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    print("the last lines of the console:")
    print("\n".join("        | " + line for line in lines[-25:]))


def shell(options):
    directory, lock = place("shell")
    disk = payload.make(directory, {"do": "shell"})
    with lock:
        return machine.on_terminal(options.root, disk, options.boot)


def run(options):
    directory, lock = place("run")
    disk = payload.make(directory, {"do": "command", "words": options.words})
    command = machine.for_results(options.root, disk, options.boot, directory / "console.log")
    end, status = time.monotonic() + options.time, 1
    with lock, machine.Machine(command) as vm:
        for message in vm.messages(lambda: end):
            if message is None:
                print(f"ended after {options.time} s", file=sys.stderr)
                return 124
            if message["event"] == "output":
                sys.stdout.write(message["text"])
                sys.stdout.flush()
            elif message["event"] in ("broken", "noise"):
                print(message.get("why", message.get("text")), file=sys.stderr)
            status = message.get("status", status)
            if message["event"] == "done":
                break
    return status


def main():
    parser = argparse.ArgumentParser(prog="scripts/vm", description="cases in a virtual machine")
    parser.add_argument("what", choices=("suite", "shell", "run"))
    parser.add_argument("--root", type=Path, help="what scripts/lib/vm_root printed")
    parser.add_argument("--boot", choices=cases.EVERY, default=cases.APPARMOR)
    parser.add_argument("-k", action="append", default=[], metavar="WORD", help="only cases with this in their name")
    parser.add_argument("--time", type=int, default=5400, help="seconds for all of it")
    parser.add_argument("--list", action="store_true")
    # argparse has its own mind about what follows "--".
    cut = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    options = parser.parse_args(sys.argv[1:cut])
    options.words = sys.argv[cut + 1:]
    return {"suite": suite, "shell": shell, "run": run}[options.what](options)


sys.exit(main())
