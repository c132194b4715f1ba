#!/usr/bin/env python3
"""Writes what is given of every golden case; run by hand after a change of engines.py, profiles.py or cases.py.

    tests/golden/make/make.py                  # the files that golden_case.h calls given
    HARDENED_UPDATE_GOLDEN=1 ctest -L golden    # then: what comes out, to be read before it is committed

A folder that no case names any more is listed, not removed.
"""
import pathlib

import strict  # noqa: F401  (adds its own)
from cases import CASES
from go_json import go_json

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "cases"


def write(folder, name, text):
    path = folder / name
    if text is None:
        path.unlink(missing_ok=True)
    elif not path.exists() or path.read_text() != text:
        path.write_text(text)


def main():
    for name, case in CASES.items():
        folder = GOLDEN / name
        folder.mkdir(parents=True, exist_ok=True)
        write(folder, "argv", "".join(word + "\n" for word in case.argv))
        for part in ("bundle", "process", "resources", "recorded"):
            value = getattr(case, part)
            file = {"bundle": "config"}.get(part, part) + ".json"
            write(folder, file, None if value is None else go_json(value))
        write(folder, "policy.yaml", f"# {case.about}\n{case.policy}")
        write(folder, "host.yaml", case.host or None)
    for folder in sorted(GOLDEN.iterdir()):
        if folder.name not in CASES:
            print(f"no case is called {folder.name}")


main()
