"""Requests under strict.yaml: the plain one, what CIS asks for, and what it does not want."""
import calls
import engines
import profiles
from cases import Case, add, privileged

STRICT = "version: 1\nextends: strict\n"


def as_cis_asks(major):
    """docker run --user 1000:1000 --cap-drop ALL --security-opt no-new-privileges --read-only --pids-limit 100 --memory 256m"""
    spec = engines.docker(major)
    process = spec["process"]
    process["user"] = {"uid": 1000, "gid": 1000, "additionalGids": [1000]}
    process["capabilities"] = {}
    process["noNewPrivileges"] = True
    spec["linux"]["seccomp"] = profiles.docker(major, [])
    spec["root"]["readonly"] = True
    spec["linux"]["resources"]["pids"] = {"limit": 100}
    spec["linux"]["resources"]["memory"] = {"limit": 256 << 20, "swap": 512 << 20}
    return spec


def strict_cases():
    add("strict-plain", Case("docker run IMAGE COMMAND, Docker 29, under strict.yaml", calls.create(calls.DOCKER),
                             engines.docker(29), policy=STRICT))
    add("strict-as-cis-asks",
        Case("a request with all that the CIS benchmark asks of one, under strict.yaml", calls.create(calls.DOCKER),
             as_cis_asks(29), policy=STRICT))
    add("strict-privileged", Case("docker run --privileged under strict.yaml", calls.create(calls.DOCKER),
                                  privileged(engines.docker(29), doubled=True), policy=STRICT))
    process = engines.docker_process(29)
    process["capabilities"] = engines.capabilities(engines.ALL_CAPS)
    add("strict-exec-privileged", Case("docker exec --privileged under strict.yaml", calls.execute(calls.DOCKER),
                                       process=process, policy=STRICT))


strict_cases()
