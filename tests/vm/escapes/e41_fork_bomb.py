"""E41: as many tasks as the host bears. The limit is read, nothing is bombed.

Asked as a number: without one, and for -1 too, Docker says nothing of it, and where systemd makes the cgroups, its own limit for a
unit holds then.
"""

from vm.escapes._parts import controls
from vm.harness.escape import technique

CASES = technique(
    "E41", "more tasks than 4096", kind="C", grant=("--pids-limit=4000000",),
    proof="tries 'more tasks' sh -c 'limit=$(cat /sys/fs/cgroup/pids.max); echo $limit; [ $limit = max ] || [ $limit -gt 4096 ]'",
    allowed=controls("pids: {default: unlimited, maximum: unlimited}"))
