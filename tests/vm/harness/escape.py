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

All doors of a proof must be open, or all shut: "partly open" meets no expectation.
"""

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from integration.harness.engine import IMAGE

from .cases import APPARMOR, Awaited, Case
from .checks import equal, holds
from .shell import TOOLS

OPEN, CLOSED, ABSENT, PARTLY = "open", "closed", "absent", "partly open"
KINDS = ("C", "S", "D")
DOCTOR = Path("/usr/sbin/hardenedctl")


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

    def __call__(self, vm):
        cells = {"bare runc": self.bare if self.bare == ABSENT else "", "hardened": "", "strict": "", "widened": ""}
        try:
            with self.host(vm) if self.host else contextlib.nullcontext():
                for column, runtime, state in self.expectations(vm):
                    cells[column], why = Attempt(self, vm, runtime).outcome()
                    equal(cells[column], state, f"{self.identity} under {runtime}: {self._hint(column, state)}{why}")
                if self.kind == "D":
                    cells["hardened"] = self._ask_doctor(vm)
        finally:
            vm.row("escapes", id=self.identity, **{"class": self.kind}, technique=self.what, **cells, awaited=self.awaited)
        if self.awaited:
            raise Awaited(self.awaited)

    def expectations(self, vm):
        if self.bare != ABSENT:
            yield "bare runc", "runc", self.bare
        if self.kind == "D":
            return
        ours = OPEN if self.awaited or self.kind == "S" else CLOSED
        if not (self.awaited and self.bare == ABSENT):
            yield "hardened", "hardened", ours
        if self.kind == "S":
            if self.tightened is not None:
                yield "strict", self._own(vm, self.tightened), CLOSED
            yield "strict", "hardened-strict", OPEN if self.awaited else CLOSED
        if self.allowed is not None:
            yield "widened", self._own(vm, self.allowed), OPEN

    def _own(self, vm, rules):
        rules = rules if isinstance(rules, str) else rules(vm)
        return vm.own(f"version: 1\nextends: docker-default\n{rules}\n")

    def _hint(self, column, state):
        awaits = self.awaited and state == OPEN and column == ("strict" if self.kind == "S" else "hardened")
        return f"where this fails it may no longer await {self.awaited}: " if awaits else ""

    def _ask_doctor(self, vm):
        if self.awaited:
            holds(not DOCTOR.exists(), f"{DOCTOR} is there: it no longer awaits {self.awaited}")
            return "outside"
        said = vm.command(DOCTOR, "doctor", check=False).stdout
        holds(re.search(self.finds, said), f"{self.identity}: doctor does not say '{self.finds}': {said}")
        return "outside, found"


class Attempt:
    """One try of a technique under one runtime; what a proof that is a function gets.

        attempt.box(command=..., ...)     the container (vm.direct) with the technique's grant
        attempt.vm, attempt.runtime
    """

    def __init__(self, technique, vm, runtime):
        self.technique, self.vm, self.runtime = technique, vm, runtime

    def outcome(self):
        """(state, what was seen)."""
        try:
            proof = self.technique.proof
            printed = proof(self) if callable(proof) else self.run(proof)
        except Refused as refused:
            return CLOSED, str(refused)
        words = [line.split(" ", 1)[0] for line in printed.splitlines()]
        if "OPEN" not in words and "SHUT" not in words:
            raise AssertionError(f"{self.technique.identity} under {self.runtime}: the proof says nothing: {printed}")
        state = PARTLY if {"OPEN", "SHUT"} <= set(words) else OPEN if "OPEN" in words else CLOSED
        return state, printed.strip()

    def box(self, *more, **options):
        """A running container; raises Refused where there is none."""
        options = {"image": self.technique.image, "change": self.technique.change} | options
        box = self.vm.direct(self.runtime, *self.technique.grant, *more, **options)
        if not box.created:
            raise Refused(box.refusal.strip())
        return box

    def run(self, script, **options):
        return self.box(command=("sh", "-c", TOOLS + script + "\n"), **options).wait()

    def docker(self, script, *more, image=None):
        """The same by docker, where what dockerd itself does is part of the technique."""
        image = self.vm.image(image or self.technique.image)
        done = self.vm.run(self.runtime, "sh", "-c", TOOLS + script + "\n", options=(*self.technique.grant, *more), image=image, check=False)
        if done.returncode in (125, 126, 127):
            raise Refused(done.stderr.strip())
        return done.stdout + done.stderr


def by_docker(script):
    return lambda attempt: attempt.docker(script)


def technique(identity, what, *, boots=(APPARMOR,), limit=120, **parts):
    one = Technique(identity, what, **parts)
    assert one.kind in KINDS and (one.kind != "D" or one.finds), identity
    return [Case("", one, boots=boots, limit=limit)]


def techniques(found):
    """Those among what cases.find() gave, by the order of their files."""
    return [case.body for case in found.values() if isinstance(case.body, Technique)]
