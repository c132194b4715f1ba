"""A technique of escape, with what it must be under each policy. One file a technique; its line is `escapes.<file>`.

    CASES = technique(
        "E01", "release_agent of a cgroup v1 hierarchy", kind="C",
        grant=("--cap-add=SYS_ADMIN", "--security-opt=apparmor=unconfined"),
        proof="mounts cgroup -o none,name=escape",
        allowed=capabilities("SYS_ADMIN"))             escapes/_parts.py

kind      C: closed by the shipped policy whatever is passed; S: open in Docker's own defaults, closed by strict.yaml;
          D: outside of a runtime, found by `hardenedctl doctor`
grant     what is added to `docker run`
proof     a script for busybox' sh with the functions of harness/shell.py; each line OPEN or SHUT is one door. Or a function
          (attempt) -> such text, for what is seen from the host: see Attempt. It does no harm where a door is open: it opens
          for writing and writes nothing, or compares errno. A refusal to start counts as closed
bare      what it is under runc alone: OPEN; CLOSED where a fixed runc or kernel stops it; ABSENT where this machine lacks what it needs
allowed   what a policy says beyond the shipped one so that it is open again: a text, or a function (vm) -> text; None where
          that makes no sense, or no control has the words yet
tightened of kind S: the same with today's controls, to close it, tried for as long as there is no strict.yaml
finds     of kind D: what doctor's page must say (a pattern)
awaited   the control or program that must be built first. Until then the case shows that the door IS open, and reports `awaited`;
          once it is shut, that is a failure, until the mark goes
host      a context manager (vm) that readies the host
change    (spec): changes the request, for what docker's options cannot say

Techniques that ask for the same are tried in one container a policy, each in a shell of its own: the first of them that runs
pays for all. All doors of a proof must be open, or all shut: "partly open" meets no expectation.
"""

import contextlib
import functools
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from integration.harness.engine import IMAGE

from .cases import CONFINED, EVERY, Awaited, Case, find
from .checks import equal, holds
from .shell import TOOLS

OPEN, CLOSED, ABSENT, PARTLY = "open", "closed", "absent", "partly open"
KINDS = ("C", "S", "D")
SHARED = Path("/run/world/escapes")
DOCTOR = Path("/usr/sbin/hardenedctl")
NOBODY = ("--user=65534:65534",)


class Refused(Exception):
    """There is no container; the runtime's or docker's words."""


@dataclass(frozen=True)
class Technique:
    identity: str
    what: str
    kind: str
    grant: tuple
    proof: object
    bare: str = OPEN
    allowed: object = None
    tightened: object = None
    finds: str = ""
    awaited: str = ""
    image: str = IMAGE
    host: Callable | None = None
    change: Callable | None = None

    @property
    def asks(self):
        """Equal for those that one container will do; None where it takes more than a script."""
        plain = self.host is None and self.change is None and isinstance(self.proof, str)
        return (self.image, self.grant) if plain else None

    def __call__(self, vm):
        cells = {"bare runc": self.bare if self.bare == ABSENT else "", "hardened": "", "strict": "", "own policy": ""}
        proved = False
        try:
            with self.host(vm) if self.host else contextlib.nullcontext():
                for column, runtime, rules, state in self.expectations():
                    if rules is not None:
                        vm.own("version: 1\nextends: docker-default\n" + (rules(vm) if callable(rules) else rules) + "\n")
                    cells[column], why = outcome(self, vm, runtime, rules)
                    equal(cells[column], state, f"{self.identity} under {runtime}: {self._hint(column, state)}{why}")
                if self.kind == "D":
                    cells["hardened"] = self._ask_doctor(vm)
            proved = True
        finally:
            vm.row("escapes", id=self.identity, **{"class": self.kind}, technique=self.what, **cells, awaited=self.awaited,
                   proved="yes" if proved else "")
        if self.awaited:
            raise Awaited(self.awaited)

    def expectations(self):
        """(column, runtime, what a policy of this case's says, state)."""
        if self.bare != ABSENT:
            yield "bare runc", "runc", None, self.bare
        if self.kind == "D":
            return
        ours = OPEN if self.awaited or self.kind == "S" else CLOSED
        if not (self.awaited and self.bare == ABSENT):
            yield "hardened", "hardened", None, ours
        if self.kind == "S":
            if self.tightened is not None:
                yield "own policy", "hardened-own", self.tightened, CLOSED
            yield "strict", "hardened-strict", None, OPEN if self.awaited else CLOSED
        if self.allowed is not None:
            yield "own policy", "hardened-own", self.allowed, OPEN

    def _hint(self, column, state):
        awaits = self.awaited and state == OPEN and column == ("strict" if self.kind == "S" else "hardened")
        return f"where this fails it may no longer await {self.awaited}: " if awaits else ""

    def _ask_doctor(self, vm):
        said = vm.command(DOCTOR, "doctor", check=False).stdout
        holds(re.search(self.finds, said), f"{self.identity}: doctor does not say '{self.finds}': {said}")
        return "outside, found"


def outcome(one, vm, runtime, rules):
    """(state, what was seen)."""
    try:
        printed = one.proof(Attempt(one, vm, runtime)) if callable(one.proof) else _printed(one, vm, runtime, rules)
    except Refused as refused:
        # What hardened does not refuse in its own words, it or the policy was broken, not the door closed.
        if runtime != "runc" and re.search(r"hardened: (refused|config\.json)", str(refused)) is None:
            raise AssertionError(f"{one.identity} under {runtime}: nothing ran, and nothing was refused: {refused}") from None
        return CLOSED, str(refused)
    words = [line.split(" ", 1)[0] for line in printed.splitlines()]
    if "OPEN" not in words and "SHUT" not in words:
        raise AssertionError(f"{one.identity} under {runtime}: the proof says nothing: {printed}")
    state = PARTLY if {"OPEN", "SHUT"} <= set(words) else OPEN if "OPEN" in words else CLOSED
    return state, printed.strip()


def _printed(one, vm, runtime, rules):
    if one.asks is None or callable(rules):
        return Attempt(one, vm, runtime).run(one.proof)
    kept = SHARED / hashlib.sha256(repr((runtime, rules, one.asks)).encode()).hexdigest()
    if not kept.exists():
        group = [other for other in _all() if other.asks == one.asks and rules in (None, other.allowed, other.tightened)]
        said = Attempt(one, vm, runtime).run("".join(f"(\n{other.proof}\n) 2>&1\necho {MARK} {other.identity}\n" for other in group))
        parts = re.split(f"^{MARK} (.*)\n", said, flags=re.MULTILINE)
        SHARED.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(dict(zip(parts[1::2], parts[0::2]))))
    return json.loads(kept.read_text())[one.identity]


@functools.cache
def _all():
    return techniques(find())


MARK, END = "---- that was", "---- that was all"


class Attempt:
    """One try of a technique under one runtime; what a proof that is a function gets.

        attempt.box(command=..., ...)     the container (vm.direct) with the technique's grant
        attempt.run(script, ...)          what that script printed in one
        attempt.vm, attempt.runtime
    """

    def __init__(self, technique, vm, runtime):
        self.technique, self.vm, self.runtime = technique, vm, runtime

    @property
    def grant(self):
        """strict.yaml starts nobody as root: what it leaves to others is what is tried."""
        return self.technique.grant + (NOBODY if self.runtime == "hardened-strict" else ())

    def box(self, *more, **options):
        """A running container; raises Refused where there is none."""
        options = {"image": self.technique.image, "change": self.technique.change} | options
        box = self.vm.direct(self.runtime, *self.grant, *more, **options)
        if not box.created:
            raise Refused(box.refusal.strip())
        return box

    def run(self, script, **options):
        """What it printed; raises Refused where it never came to its end."""
        options = {"image": self.technique.image, "change": self.technique.change} | options
        said = self.vm.said(self.runtime, *self.grant, command=("sh", "-c", f"{TOOLS}{script}\necho {END}\n"), **options)
        if END not in said:
            raise Refused(said.strip())
        return said.replace(f"{END}\n", "")

    def docker(self, script, *more, image=None):
        """The same by docker, where what dockerd itself does is part of the technique."""
        image = self.vm.image(image or self.technique.image)
        done = self.vm.run(self.runtime, "sh", "-c", f"{TOOLS}{script}\necho {END}\n",
                           options=(*self.grant, *more), image=image, check=False)
        if END not in done.stdout:
            raise Refused(done.stdout + done.stderr)
        return done.stdout.replace(f"{END}\n", "") + done.stderr


def by_docker(script):
    return lambda attempt: attempt.docker(script)


def technique(identity, what, *, limit=300, boots=(), **parts):
    """On every boot, so that none is closed by AppArmor alone; what is open anyway need not be shown twice."""
    one = Technique(identity, what, **parts)
    boots = boots or (CONFINED if one.awaited or one.kind == "D" else EVERY)
    assert one.kind in KINDS and (one.kind != "D" or one.finds), identity
    return [Case("", one, boots=boots, limit=limit)]


def techniques(found):
    """Those among what cases.find() gave, by the order of their files."""
    return [case.body for case in found.values() if isinstance(case.body, Technique)]
