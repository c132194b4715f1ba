"""E88: secrets in the environment, which every user of the engine can read."""

from vm.harness.escape import technique


def proof(attempt):
    box = attempt.vm.start("hardened", "--env=PASSWORD=escape")
    seen = attempt.vm.docker.inspect(box.id, "{{json .Config.Env}}")
    return ("OPEN" if "PASSWORD=escape" in seen else "SHUT") + " any user sees it"


CASES = technique(
    "E88", "secrets in the environment", kind="D", grant=(), proof=proof,
    finds=r"(?m)^\w+ +secrets-in-environment\n  \d+ secrets? stands? in the environment of ")
