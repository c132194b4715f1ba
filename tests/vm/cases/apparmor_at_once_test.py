"""Many containers at once, profiles that go away, and what it costs. The runtime is called as containerd calls it."""

import json
import random
import shutil
import statistics
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from vm.harness import apparmor, case, equal, holds, matches
from vm.harness.apparmor import STANDINS
from vm.harness.direct import Direct
from vm.harness.policies import ROOT, path_of

FIFTY, CREATES, ROUNDS = 50, 200, 11
POLICIES = {"unconfined": "profile: unconfined", "shared": "peers: shared", "container": "peers: container"}


class Sampler(threading.Thread):
    """All labels of containers' own code, again and again."""

    def __init__(self):
        super().__init__(daemon=True)
        self.samples, self.seen, self.wrong, self.over = 0, set(), [], threading.Event()
        self.before = set(apparmor.of_user_code())

    def run(self):
        last = False
        while not last:
            # Once more when it is over, so that all were seen that run then.
            last = self.over.wait(0.1)
            for pid, label in apparmor.of_user_code().items():
                if pid in self.before:
                    continue
                self.seen.add(pid)
                if label.mode != "enforce" or not label.ours:
                    self.wrong.append((pid, label))
            self.samples += 1

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


@case(limit=1800)
def fifty_at_once(vm):
    vm.said("hardened", command=("true",))  # asks dockerd what it would ask for
    boxes = [Direct("hardened", (), vm.docker) for _ in range(FIFTY)]
    apparmor.forget()
    entered = []
    with apparmor.counted() as runs:
        try:
            began = time.monotonic()
            with Sampler() as sampler, ThreadPoolExecutor(FIFTY) as pool:
                for one in pool.map(Direct.__enter__, boxes):
                    entered.append(one)
            took = time.monotonic() - began
            equal([box.refusal for box in boxes if not box.created], [], "refusals")
            labels = [apparmor.of(box.process.pid) for box in boxes]
            equal(set(labels), {apparmor.Label(frozenset(apparmor.ours()), "enforce")}, "labels")
            equal(len(runs()), 1, f"runs of apparmor_parser: {runs()}")
        finally:
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda box: box.__exit__(), boxes))
    equal(sampler.wrong, [], "containers' code that did not run under ours")
    holds(sampler.samples > 3 and len(sampler.seen) >= FIFTY, f"{sampler.samples} samples saw {len(sampler.seen)} processes")
    vm.row("fifty containers at once", seconds=f"{took:.0f}", samples=sampler.samples, parser=len(runs()))


@case(limit=2400)
def profiles_unloaded_during_creates(vm):
    """By root, so nothing that a user could do. Once in each create, wherever that is just then: the container is refused, then or
    at its start, or it is held. (One that runs already is set free by the kernel.)"""
    vm.said("hardened", command=("true",))
    dice, outcomes, wrong = random.Random(7), dict.fromkeys(("held", "refused", "refused at its start"), 0), []
    length = min(_create(vm, lambda: None, outcomes, wrong) for _ in range(3))
    for _ in range(CREATES):
        timer = threading.Timer(dice.uniform(0, 1.2 * length), lambda: [apparmor.unload(name) for name in apparmor.ours()])
        _create(vm, timer.start, outcomes, wrong, timer)
    equal(wrong, [], f"ran without a profile; {outcomes}")
    holds(outcomes["held"] > 3 and outcomes["refused"] > 0, f"the unloading met what it is to meet: {outcomes}")
    vm.row("profiles unloaded during creates", **outcomes, creates=CREATES)


def _create(vm, disturb, outcomes, wrong, timer=None):
    """The seconds that the call took."""
    box = Direct("hardened", (), vm.docker, command=("sh", "-c", "echo user code; cat /proc/self/attr/apparmor/current"))
    box.lay_out()
    try:
        disturb()
        began = time.monotonic()
        code = box.create()
        took = time.monotonic() - began
        if timer is not None:
            timer.join()
        if code != 0:
            matches(box.refusal, "hardened|apparmor", "why it was refused")
            outcomes["refused"] += 1
        elif box.start() != 0:
            matches(box.refusal, "hardened: .*AppArmor", "why it was not started")
            equal(box.said, "", "what user code said")
            outcomes["refused at its start"] += 1
        elif apparmor.parse(box.wait().partition("user code\n")[2]).mode == "enforce":
            outcomes["held"] += 1
        else:
            wrong.append(box.said)
        return took
    finally:
        box.__exit__()


@case(limit=1800)
def what_it_costs(vm):
    """Of `create`, with a low-level runtime that does nothing; each round asks each policy once, so that a busy machine is busy for all."""
    noop = STANDINS / "noop-runtime"
    STANDINS.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "build/release/tests/integration/noop-runtime", noop)
    box = Direct("hardened", (), vm.docker)
    box.lay_out()
    try:
        seconds = {name: _creates(vm, box, noop, rule) for name, rule in POLICIES.items()}
        rounds = {name: [] for name in POLICIES}
        for number in range(-2, ROUNDS):
            for name in POLICIES:
                took = seconds[name](number)
                if number >= 0:
                    rounds[name].append(took)
        base = rounds["unconfined"]
        for name, tooks in rounds.items():
            more = statistics.median(a - b for a, b in zip(tooks, base))
            ratio = statistics.median(a / b for a, b in zip(tooks, base))
            vm.row("what AppArmor costs a create (emulated)", policy=name, milliseconds=f"{1000 * statistics.median(tooks):.1f}",
                   more=f"{1000 * more:+.1f}", ratio=f"{ratio:.3f}")
        # Two small reads and a digest of the text: nothing that could be a run of the parser.
        below_parser = statistics.median(rounds["shared"]) < 0.7 * statistics.median(rounds["container"])
        holds(below_parser, "a profile that is loaded already costs no run of the parser")
    finally:
        box.__exit__()
        vm.finish()
        for name in apparmor.ours():
            if "." in name:
                apparmor.unload(name)


def _creates(vm, box, noop, rule):
    def one(number):
        vm.own(f"version: 1\nextends: docker-default\ncontrols: {{apparmor: {{{rule}}}}}\n", low_level=noop)
        words = [path_of("hardened-own"), "--root", "/run/world/noop", "create", "--bundle", box.path, "--pid-file", box.path / "pid"]
        (box.path / "config.json").write_text(json.dumps(box.asked))
        # The first call that sees a policy may do more: it is not what is measured.
        subprocess.run([*words[:3], "kill", "nobody", "KILL"], check=False, capture_output=True)
        began = time.perf_counter()
        subprocess.run([*words, f"cost-{number}"], check=True, capture_output=True)
        return time.perf_counter() - began
    return one
