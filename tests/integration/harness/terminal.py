"""A command on a terminal of its own, as a person at a keyboard has it."""

import os
import pty
import select
import subprocess
import time


def on_terminal(command, prompt="", types="", timeout=30):
    """(exit code, everything that appeared on the screen). `types` is typed when `prompt` has appeared."""
    controller, terminal = pty.openpty()
    child = subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True)
    os.close(terminal)
    screen, end = b"", time.monotonic() + timeout
    while time.monotonic() < end:
        ready, _, _ = select.select([controller], [], [], 0.1)
        if ready:
            try:
                piece = os.read(controller, 4096)
            except OSError:  # EIO: the other side is closed
                break
            if not piece:
                break
            screen += piece
            if types and prompt.encode() in screen:
                os.write(controller, types.encode())
                types = ""
        elif child.poll() is not None:
            break
    else:
        child.kill()
    os.close(controller)
    return child.wait(), screen.decode(errors="replace")
