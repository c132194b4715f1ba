#!/usr/bin/python3
"""Verification knows a grant when it sees one: of all requests that runc takes, real ones and the golden cases, each is
started, and none is taken for a container that holds more than it was granted."""

import json
from pathlib import Path

import valid_test
from harness.bundle import Bundle, Runtime, low_level
from harness.case import main
from harness.install import ROOT, link, put_policy

RECORDS = Path("/var/log/hardened/decisions.jsonl")


class Verified(valid_test.Accepted):
    def test_each_is_verified_at_its_start(self):
        """Golden cases by their own policies, all others by the shipped one."""
        shim, begun = Runtime(link("verified"), root="/run/world/verified"), 0
        low_level("verified", "/usr/sbin/runc")
        for name, spec in self.accepted.items():
            with self.subTest(name):
                own = ROOT / name / "policy.yaml"
                put_policy("verified", own if own.exists() else ROOT / "config/policy.yaml")
                RECORDS.unlink(missing_ok=True)
                bundle = Bundle("/run/world/granted", spec)
                if shim.create(bundle)[0] != 0:
                    continue  # refused
                code, said = shim("start", "one")
                shim.delete()
                self.assertEqual((code, said), (0, ""))
                self.assertLessEqual(verdicts(), {"unchanged", "narrowed"})
                begun += 1
        print(f"\n{begun} containers were as granted at their start", flush=True)
        self.assertGreater(begun, 60)


def verdicts():
    lines = RECORDS.read_text().splitlines() if RECORDS.exists() else ()
    return {json.loads(line)["verdict"] for line in lines}


if __name__ == "__main__":
    main()
