"""E78: docker update, which lifts what the container began with: the limit of tasks. Memory and processors are E42."""

from vm.escapes._parts import controls
from vm.harness.escape import technique


def proof(attempt):
    box = attempt.box()
    box.call("update", "--pids-limit", "-1", box.id, check=True)
    limit = box.process.cgroup_file("pids.max")
    return ("OPEN" if limit == "max" else "SHUT") + f" pids.max is {limit}"


CASES = technique(
    "E78", "update --pids-limit -1", kind="C", grant=("--pids-limit=100",), proof=proof,
    allowed=controls("pids: {default: unlimited, maximum: unlimited}"))
