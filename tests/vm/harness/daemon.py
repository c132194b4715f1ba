"""dockerd by its API: where a command of docker's client would cost half a second for nothing."""

import http.client
import json
import socket
import time

from integration.harness.engine import Docker

SOCKET = "/run/docker.sock"


class _Connection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(SOCKET)


class Client(Docker):
    """docker's command line; what takes long on a busy machine is waited for."""

    def __call__(self, *words, timeout=240, **more):
        return super().__call__(*words, timeout=timeout, **more)


def ask(method, path, timeout=120):
    """(status, content) of a call of the API."""
    connection = _Connection("docker", timeout=timeout)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    return answer.status, json.loads(text) if text.strip().startswith((b"{", b"[")) else text


def answers():
    try:
        return ask("GET", "/_ping", timeout=20)[0] == 200
    except OSError:
        return False


def wait_for(seconds=600):
    end = time.monotonic() + seconds
    while not answers():
        if time.monotonic() > end:
            raise AssertionError("dockerd does not answer: journalctl -u docker")
        time.sleep(0.2)


def runtimes():
    return set(ask("GET", "/info")[1]["Runtimes"])


def remove_containers():
    _, containers = ask("GET", "/containers/json?all=1")
    for container in containers:
        status, said = ask("DELETE", f"/containers/{container['Id']}?force=1&v=1")
        if status not in (204, 404):
            raise AssertionError(f"a container cannot be removed: {said}")
