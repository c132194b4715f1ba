"""E87: log drivers: dockerd itself connects to where the user says, from the host."""

import contextlib
import socket

from vm.harness.escape import technique


@contextlib.contextmanager
def container(vm):
    """It is there until doctor has looked."""
    try:
        yield
    finally:
        vm.docker("rm", "--force", "escape-logs", check=False)


def proof(attempt):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        attempt.vm.docker("run", "--name=escape-logs", "--network=none", "--runtime=hardened", "--log-driver=syslog",
                          f"--log-opt=syslog-address={address}", "box", "true", check=False)
        try:
            listener.accept()[0].close()
        except TimeoutError:
            return "SHUT nobody connected"
    return "OPEN dockerd connected to the host's loopback"


CASES = technique(
    "E87", "log drivers", kind="D", grant=(), proof=proof, host=container,
    finds=r"(?m)^\w+ +log-drivers\n  dockerd itself connects to where escape-logs \(syslog\)")
