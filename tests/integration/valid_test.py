#!/usr/bin/python3
"""What runc accepts as a request it accepts as a grant: swap and reservation follow the memory limit, ambient
capabilities the inheritable ones, sysctls the namespaces. Judged by the real `runc create`.

The requests are those of a real dockerd under many flags, and the bundles of the golden cases."""

import json
import os
import re
import subprocess

from harness.bundle import Bundle, Requests, Runtime, low_level
from harness.case import EngineCase, main
from harness.install import ROOT, link, put_policy
from harness import rows

POLICIES = [p.stem for p in sorted((ROOT / "config").glob("*.yaml"))]
RUNC = Runtime("/usr/sbin/runc", root="/run/world/runc")

FLAGS = (
    (), ("--privileged",), ("--cap-add=ALL", "--cap-drop=SYS_RESOURCE"), ("--cap-drop=ALL",), ("--user=1000:1000", "--group-add=6"),
    ("--memory=64m",), ("--memory=64m", "--memory-swap=128m", "--memory-reservation=32m"), ("--memory=2g", "--memory-swap=-1"),
    ("--cpus=1.5",), ("--cpu-shares=512", "--cpuset-cpus=0"), ("--blkio-weight=300",), ("--pids-limit=-1",), ("--pids-limit=7",),
    ("--ulimit=nofile=1024:2048", "--ulimit=core=0"), ("--ulimit=nproc=100",), ("--oom-score-adj=500",), ("--oom-kill-disable", "--memory=64m"),
    ("--sysctl=net.ipv4.ip_forward=1", "--sysctl=kernel.msgmax=10000"), ("--ipc=private", "--sysctl=kernel.shmmax=1000000"),
    ("--uts=host",), ("--ipc=host",), ("--pid=host",), ("--network=host",), ("--cgroupns=private",), ("--read-only",),
    ("--tmpfs=/t:exec,suid,dev",), (f"--volume={rows.SOURCE}:/src:ro",), (f"--volume={rows.SOURCE}:/src:rshared",), ("--init",),
    ("--shm-size=1m",), (f"--device={rows.DISK}:/dev/disk:r",), ("--device-cgroup-rule=a *:* rwm",), ("--device-cgroup-rule=c 42:* rmw",),
    ("--security-opt=no-new-privileges",), ("--security-opt=seccomp=unconfined",), (f"--security-opt=seccomp={rows.ALLOW_ALL}",),
    ("--security-opt=systempaths=unconfined",), ("--hostname=h", "--domainname=d"), ("--workdir=/tmp", "--env=A=B"),
)


class Accepted(EngineCase):
    """cls.accepted: the requests that runc itself takes, by name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rows.prepare()
        # dockerd asks for shared propagation only where the source has it.
        subprocess.run(f"mount -t tmpfs none {rows.SOURCE} && mount --make-shared {rows.SOURCE}", shell=True, check=True)
        requests = Requests(cls.engine)
        cls.asked = {" ".join(flags) or "plain": requests.spec(*flags) for flags in FLAGS}
        for path in sorted((ROOT / "tests/golden").rglob("config.json")):
            try:
                cls.asked[str(path.parent.relative_to(ROOT))] = cls.whole(json.loads(path.read_bytes()))
            except ValueError:
                continue  # a case about bytes that are no document
        cls.accepted = {name: spec for name, spec in cls.asked.items() if cls.is_accepted(name, spec)}

    @classmethod
    def whole(cls, spec):
        """Golden cases carry Docker's profile shortened, with calls left out that runc itself must make."""
        linux = spec.get("linux") or {}
        if "getcwd" not in json.dumps(linux.get("seccomp")) and "ERRNO" in json.dumps(linux.get("seccomp")):
            linux["seccomp"] = cls.asked["plain"]["linux"]["seccomp"]
        return spec

    @classmethod
    def is_accepted(cls, name, spec):
        try:
            bundle = Bundle("/run/world/asked", spec)
        except (KeyError, TypeError, AttributeError):
            return False  # a case about a document that has no process, no root
        code, _ = RUNC.create(bundle)
        RUNC.delete()
        return code == 0


class Valid(Accepted):
    """Filled below: one test a policy."""

    def granted_runs(self, name, spec, shim):
        bundle = Bundle("/run/world/granted", spec)
        code, said = shim.create(bundle)
        if code != 0:
            self.assertIn("hardened: ", said)
            return "refused"
        code, said = RUNC.create(bundle)
        RUNC.delete()
        self.assertEqual(code, 0, f"{name}: runc refuses the grant: {said}")
        return "unchanged" if bundle.config.read_bytes() == bundle.asked else "granted"


# strict.yaml starts nobody as root, and cgroups only where dockerd puts them.
STRICT = f"version: 1\nextends: strict\ncontrols: {{resources: {{cgroup_parents: [{os.environ.get('HARDENED_CGROUP')}]}}}}\n"


def without_root(spec):
    user = spec["process"].get("user") or {}
    return spec | {"process": spec["process"] | {"user": user | {"uid": user.get("uid") or 65534}}}


def _valid_test(policy):
    def test(self):
        # Read under a name of its own, as the others are.
        name, accepted = "shipped" if policy == "policy" else policy, self.accepted
        put_policy(name, ROOT / f"config/{policy}.yaml")
        if policy == "strict":
            put_policy(name, text=STRICT)
            accepted = {asked: without_root(spec) for asked, spec in accepted.items()}
        low_level(name, "/bin/true")
        shim, verdicts = Runtime(link(name)), {}
        for asked, spec in accepted.items():
            with self.subTest(asked):
                verdicts.setdefault(self.granted_runs(asked, spec, shim), []).append(asked)
        print(f"\n{policy}: {len(self.asked)} requests, {len(accepted)} accepted by runc: "
              + ", ".join(f"{len(v)} {k}" for k, v in verdicts.items()), flush=True)
        self.assertGreater(len(accepted), 30)
        self.assertGreater(len(verdicts.get("granted", ())), 15, "hardly anything was granted: this judged nothing")
    return test


for policy in POLICIES:
    setattr(Valid, f"test_{re.sub(r'[^a-z]', '_', policy)}", _valid_test(policy))

if __name__ == "__main__":
    main()
