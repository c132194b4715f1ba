"""What a case is, and where cases are found. Imported on the host too, for the list of what must report:
nothing here, and nothing that a file of cases does when it is imported, may touch the machine.

    @case
    def plain(vm): ...                        runs on the boots with AppArmor

    @case(boots=EVERY, limit=300, awaited="the mounts control")
    def another(vm): ...

A file may also make its cases: CASES = [Case("name", body), ...].
"""

import functools
import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

# The release of Debian that this machine has, with AppArmor and without it; and Debian 13, whose kernel and engines are newer.
APPARMOR, NO_APPARMOR, TRIXIE = "apparmor", "no-apparmor", "trixie"
EVERY = (APPARMOR, NO_APPARMOR, TRIXIE)
CONFINED = (APPARMOR, TRIXIE)
HERE = Path(__file__).resolve().parents[1]


class Awaited(Exception):
    """Raised by a case that has proved what can be proved today: what it says must be built for the rest."""


@dataclass(frozen=True)
class Case:
    name: str
    body: Callable
    boots: tuple = CONFINED
    limit: int = 300        # seconds, after which it is killed; it takes 2 to 20, and ten times that on a busy machine
    awaited: str = ""       # what must be built before it can pass; until then it must fail


def case(body=None, **more):
    """A function as a case, called with the machine (vm.harness.machine.Machine)."""
    if body is None:
        return functools.partial(case, **more)
    return Case(body.__name__, body, **more)


def find(boot=None):
    """All cases, by their full name: cases/docker_test.py with plain() is docker.plain; escapes/e01_x.py: escapes.e01_x..."""
    found = {}
    for one in _all():
        if one.name in found:
            raise SystemExit(f"two cases are called {one.name}")
        if boot in (None, *one.boots):
            found[one.name] = one
    return found


def _all():
    for path in sorted(HERE.glob("cases/*_test.py")):
        yield from _of(path, path.stem.removesuffix("_test"))
    for path in sorted(HERE.glob("escapes/[!_]*.py")):
        yield from _of(path, f"escapes.{path.stem}")


def _of(path, prefix):
    content = vars(_load(path))
    own = [one for one in content.values() if isinstance(one, Case)] + list(content.get("CASES", ()))
    if not own:
        raise SystemExit(f"{path} has no case")
    for one in own:
        if not set(one.boots) <= set(EVERY) or not one.boots:
            raise SystemExit(f"{path}: {one.name} is for unknown boots {one.boots}")
        yield replace(one, name=f"{prefix}.{one.name}" if one.name else prefix)


def _load(path):
    name = f"vm.{path.parent.name}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
