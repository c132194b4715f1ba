"""E87: log drivers: dockerd itself connects to where the user says, from the host."""

import socket

from vm.harness.escape import technique


def proof(attempt):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        attempt.vm.docker("run", "--rm", "--network=none", "--runtime=hardened", "--log-driver=syslog",
                          f"--log-opt=syslog-address={address}", "box", "true", check=False)
        try:
            listener.accept()[0].close()
        except TimeoutError:
            return "SHUT nobody connected"
    return "OPEN dockerd connected to the host's loopback"


CASES = technique(
    "E87", "log drivers", kind="D", grant=(), proof=proof,
    finds=r"(?i)log", awaited="hardenedctl doctor")
