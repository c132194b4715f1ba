"""Runs the cases one after another, each in a process of its own, and tells the host how each went."""

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import traceback
from pathlib import Path

from vm.harness import cases, daemon
from vm.harness.machine import Machine

OUTPUT = Path("/run/world/output")
# What a failing case's host is told of what the case printed.
LAST = 4000
PR_SET_CHILD_SUBREAPER = 36


def run(job, tell):
    found = cases.find(job["boot"])
    # What a killed case leaves behind becomes ours to reap.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for name in job["cases"]:
        tell({"event": "begin", "case": name, "limit": found[name].limit})
        state, why = _attempt(found[name], job["boot"], tell)
        state, why = _tidy(state, why)
        tell({"event": "end", "case": name, "state": state, "why": why})


def _attempt(one, boot, tell):
    """("ok" | "FAIL" | "awaited", why)."""
    said, writes = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(said)
        _in_child(one, boot, tell, writes)
    os.close(writes)
    ready, _, _ = select.select([said], [], [], one.limit)
    answer = b""
    while ready and (piece := os.read(said, 65536)):
        answer += piece
    os.close(said)
    os.killpg(child, signal.SIGKILL) if _leads(child) else os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not ready:
        return "FAIL", f"ended after {one.limit} s\n" + _printed()
    if not answer:
        return "FAIL", f"its process ended with status {status} and said nothing\n" + _printed()
    answer = json.loads(answer)
    failure = answer["failure"]
    if answer["awaited"]:
        return "awaited", answer["awaited"]
    if one.awaited:
        return ("awaited", one.awaited) if failure else ("FAIL", f"it passes: it no longer awaits {one.awaited}")
    return ("FAIL", failure + _printed()) if failure else ("ok", "")


def _leads(child):
    try:
        return os.getpgid(child) == child
    except ProcessLookupError:
        return False


def _in_child(one, boot, tell, writes):
    os.setpgid(0, 0)
    out = os.open(OUTPUT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    failure, awaited = "", ""
    try:
        machine = Machine(boot, tell)
        try:
            one.body(machine)
        finally:
            machine.finish()
    except cases.Awaited as missing:
        awaited = str(missing)
    except BaseException:  # noqa: BLE001  SystemExit is a failure too
        failure = traceback.format_exc()
    sys.stdout.flush()
    os.write(writes, json.dumps({"failure": failure, "awaited": awaited}).encode())
    os._exit(0)


def _printed():
    text = OUTPUT.read_text(errors="replace")[-LAST:] if OUTPUT.exists() else ""
    return f"\nit printed:\n{text}" if text else ""


def _tidy(state, why):
    """A case that was killed leaves containers; one that broke dockerd must not break the next."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
    try:
        daemon.remove_containers()
        return state, why
    except (OSError, AssertionError) as error:
        subprocess.run(["systemctl", "restart", "docker"], check=False)
        daemon.wait_for()
        daemon.remove_containers()
        return "FAIL", f"{why}\ndockerd had to be restarted after it: {error}"
