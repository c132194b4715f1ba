"""E86: a container from before, or made with another runtime: started again, it is what it was."""

from vm.harness.escape import technique


def proof(attempt):
    box = attempt.vm.start("runc", "--privileged", "--label=escape=yes")
    runtime = attempt.vm.docker.inspect(box.id, "{{json .HostConfig.Runtime}}")
    powers = "SYS_ADMIN" in box.process.capabilities("Eff")
    return ("OPEN" if runtime == "runc" and powers else "SHUT") + f" a container of {runtime} that can do all"


CASES = technique(
    "E86", "containers that another runtime made", kind="D", grant=(), proof=proof,
    finds=r"(?m)^\w+ +other-runtime-containers\n(  .*\n)*  (one|\d+) containers? (was|were) made with runc: ")
