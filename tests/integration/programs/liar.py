#!/usr/bin/python3
"""A low-level runtime that leaves something out of what it is told. Its own name says what, how and of whom:

    seccomp-plain-runc      no filter, by runc
    pids-late-crun          no pids limit, by crun; and the poststart hooks of `run` come only when user code runs

It gives the runtime a bundle of its own making, so that the one that it was given stays as it is."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

WAIT = 5.0


def option(words, name):
    return words[words.index(name) + 1]


def lie_about(what, spec):
    process, linux = spec["process"], spec["linux"]
    capabilities = process["capabilities"]
    if what in ("seccomp", "promised_filter"):
        del linux["seccomp"]
        (spec.get("annotations") or {}).pop("run.oci.seccomp_bpf_data", None)
    elif what == "capability":
        for names in ("bounding", "effective", "permitted"):
            capabilities[names] = [*capabilities[names], "CAP_NET_ADMIN"]
    elif what == "ambient":
        for names in ("inheritable", "ambient"):
            capabilities[names] = [*(capabilities.get(names) or []), "CAP_CHOWN"]
    elif what == "label":
        process.pop("apparmorProfile", None)
    elif what == "no_new_privileges":
        process["noNewPrivileges"] = False
    elif what == "pids":
        linux["resources"].pop("pids", None)
    elif what == "devices":
        linux["resources"]["devices"] = [{"allow": True, "access": "rwm"}]
    elif what == "cgroup":
        for mount in spec["mounts"]:
            if mount["type"] == "cgroup":
                mount["options"] = [o for o in mount["options"] if o != "ro"]
    elif what == "masked":
        linux["maskedPaths"] = []
    elif what == "readonly":
        linux["readonlyPaths"] = []
    elif what == "root":
        spec["root"]["readonly"] = False
    elif what == "rlimit":
        process["rlimits"] = [{"type": "RLIMIT_CORE", "soft": 4096, "hard": 4096}]
    elif what == "network":
        linux["namespaces"] = [n for n in linux["namespaces"] if n["type"] != "network"]
        linux.pop("sysctl", None)  # the runtime itself knows that those of the host's network are not to be had
    elif what == "group":
        process["user"]["additionalGids"] = [*process["user"].get("additionalGids", ()), 6]
    elif what == "personality":
        linux["personality"] = {"domain": "LINUX32"}
    elif what == "directory":
        # A descriptor that is left open, as CVE-2024-21626 found one.
        os.dup2(os.open("/", os.O_RDONLY | os.O_DIRECTORY), 9, inheritable=True)
        process["cwd"] = "/proc/self/fd/9"
    elif what != "nothing":
        raise SystemExit(f"no such lie: {what}")


def bundle_of_lies(words, what, late):
    honest = Path(option(words, "--bundle"))
    spec = json.loads((honest / "config.json").read_text())
    lie_about(what, spec)
    if late:
        (spec.get("hooks") or {}).pop("poststart", None)
    lying = Path(f"{honest}-lies")
    shutil.rmtree(lying, ignore_errors=True)
    lying.mkdir()
    (lying / "config.json").write_text(json.dumps(spec))
    (lying / "honest").write_text(str(honest))
    return str(lying)


def create_and_promise_a_filter(runtime, words):
    """As crun leaves one that it loads when the wait is over; nobody will load this."""
    done = subprocess.run([runtime, *words])
    if done.returncode == 0:
        (Path(option(words, "--root")) / words[-1] / "seccomp.bpf").write_bytes(b"a filter")
    sys.exit(done.returncode)


def state_of(runtime, words):
    done = subprocess.run([runtime, *words[:words.index("run")], "state", words[-1]], capture_output=True, check=True)
    return done.stdout


def run_hooks_late(runtime, words):
    """When the container's own program runs; whatever becomes of them."""
    state = state_of(runtime, words)
    told = json.loads(state)
    honest = Path((Path(told["bundle"]) / "honest").read_text())
    end = time.monotonic() + WAIT
    while os.path.basename(os.readlink(f"/proc/{told['pid']}/exe")) != "busybox" and time.monotonic() < end:
        time.sleep(0.01)
    for hook in json.loads((honest / "config.json").read_text())["hooks"]["poststart"]:
        subprocess.run(hook["args"], executable=hook["path"], env={}, input=state, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)


def main():
    what, how, name = os.path.basename(sys.argv[0]).split("-")
    runtime = "/usr/sbin/runc" if name == "runc" else "/usr/bin/crun"
    words = sys.argv[1:]
    if "create" in words or "run" in words:
        words[words.index("--bundle") + 1] = bundle_of_lies(words, what, how == "late")
    if what == "promised_filter" and "create" in words:
        create_and_promise_a_filter(runtime, words)
    if how != "late" or "run" not in words:
        os.execv(runtime, [runtime, *words])
    done = subprocess.run([runtime, *words])
    if done.returncode == 0:
        run_hooks_late(runtime, words)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
