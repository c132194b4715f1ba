#!/usr/bin/python3
"""Cases at a developer's prompt in the VM: `cases`, `cases -k docker`."""

import os
import sys
from pathlib import Path

TREE = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(TREE / "tests"), str(TREE / "tests/vm")]
os.environ |= {"HARDENED_WORLD": "vm", "HARDENED_CGROUP": "/hardened-vm", "HARDENED_SOCKET": "/run/docker.sock"}

from guest import runner  # noqa: E402
from host.report import Report  # noqa: E402
from vm.harness import cases  # noqa: E402


def main(words):
    boot = next(word.removeprefix("hardened.boot=") for word in Path("/proc/cmdline").read_text().split() if word.startswith("hardened.boot="))
    names = [name for name in cases.find(boot) if not words or any(word in name for word in words)]
    report = Report(names)
    runner.run({"boot": boot, "cases": names}, report.hear)
    report.print_tables()
    return 0 if report.summary(boot) else 1


sys.exit(main([word for word in sys.argv[1:] if word != "-k"]))
