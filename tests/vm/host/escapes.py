"""How many techniques of escape there are, class by class, and whether the README says so.

    python3 tests/vm/host/escapes.py        compares the README's table, and prints the right one where it differs

It asks the suite's own files, on the host: no machine is booted. The report of a run counts in the same words what was proved.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
MEANING = {
    "C": "closed by the shipped policy, whatever is passed",
    "S": "open in Docker's own defaults, closed by `strict.yaml`",
    "D": "outside of a runtime, found by `hardenedctl doctor`",
}
# What has to have a file: none is left out, whatever has yet to be built for it.
KNOWN = {f"E{n:02}" for n in [*range(1, 6), *range(7, 46), *range(50, 64), 66, 70, 72, 73, 74, *range(76, 81), *range(82, 89),
                              *range(91, 95)]}


def counts(techniques):
    """{class: (all, closed or found today, awaited)} of (class, awaited) pairs."""
    told = {kind: [0, 0, 0] for kind in MEANING}
    for kind, awaited in techniques:
        told[kind][0] += 1
        told[kind][2 if awaited else 1] += 1
    return {kind: tuple(numbers) for kind, numbers in told.items()}


def lines(told):
    return [f"| {kind} | {MEANING[kind]} | {all_} | {today} | {awaited} |" for kind, (all_, today, awaited) in told.items()]


def wrong(techniques, readme):
    """What is not as it should be, as sentences."""
    missing = KNOWN - {one.identity.partition(".")[0] for one in techniques}
    unknown = {one.identity.partition(".")[0] for one in techniques} - KNOWN
    said = [f"no file tries {name}" for name in sorted(missing)] + [f"{name} is not listed here" for name in sorted(unknown)]
    identities = [one.identity for one in techniques]
    said += [f"{name} is there twice" for name in sorted(set(identities)) if identities.count(name) > 1]
    right = lines(counts((one.kind, one.awaited) for one in techniques))
    found = re.findall(r"^\| [A-Z] \| .*\|$", readme.partition("\n## Known escapes\n")[2].partition("\n## ")[0], re.MULTILINE)
    if found != right:
        said.append("the README's table of escapes should be:\n" + "\n".join(right))
    return said


def main():
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/vm")]
    from vm.harness import cases, escape
    said = wrong(escape.techniques(cases.find()), (ROOT / "README.md").read_text())
    print("\n".join(said) or "the README's table of escapes is right")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
