"""E79: the restore of a checkpoint that somebody else wrote: its memory says what the processes hold.

There is no criu here: bare runc says so, and thereby that nothing stood before it.
"""

from vm.harness.escape import technique


def proof(attempt):
    box = attempt.box()
    done = box.call("restore", "--bundle", box.path, "--image-path", "/nonexistent", f"{box.id}-restored")
    return ("SHUT" if "refused" in done.stderr else "OPEN") + f" restore: {done.stderr}"


CASES = technique(
    "E79", "restore of a foreign checkpoint", kind="C", grant=(), proof=proof, allowed="allowed_calls: [restore]")
