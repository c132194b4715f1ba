"""QEMU: one machine, two disks (the root, which forgets what it is told, and the payload), two serial lines.

The first line is the console, a file, or the developer's terminal; the second carries the results.
"""

import json
import os
import selectors
import signal
import subprocess
import time
from pathlib import Path

QEMU = "/usr/bin/qemu-system-x86_64"
PROBE_SECONDS = 20


def _command(root, accelerator, words, serial):
    return [
        QEMU, "-accel", accelerator, "-cpu", "host" if accelerator == "kvm" else "max", "-smp", "2", "-m", "3072",
        "-nodefaults", "-display", "none", "-no-reboot", "-kernel", root / "vmlinuz", "-initrd", root / "initrd",
        "-append", f"root=/dev/vda rw console=ttyS0 panic=-1 quiet mitigations=off {words}", *serial]


def accelerator(root):
    """kvm where a kernel really comes up under it: /dev/kvm may be there and do nothing."""
    if os.access("/dev/kvm", os.R_OK | os.W_OK) and _kvm_works(root):
        return "kvm"
    return "tcg,thread=multi,tb-size=512"


def _kvm_works(root):
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    kept = root / f"kvm-{boot}"
    if not kept.exists():
        # Without a root it panics, and with panic=-1 and -no-reboot that ends QEMU.
        command = [*map(str, _command(root, "kvm", "root=/dev/none rootwait=0", ["-serial", "stdio"]))]
        command[command.index("-append") + 1] = "console=ttyS0 panic=-1 root=/dev/none"
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PROBE_SECONDS)
            seen = done.stdout
        except subprocess.TimeoutExpired as late:
            seen = late.stdout or b""
        kept.write_text("yes" if b"Linux version" in seen else "no")
    return kept.read_text() == "yes"


def _disks(root, payload):
    return ["-drive", f"file={root}/root.img,format=raw,if=virtio,snapshot=on,cache=unsafe",
            "-drive", f"file={payload},format=raw,if=virtio,readonly=on"]


def words_for(boot, job):
    """The kernel's command line: AppArmor is on in Debian's kernel unless it is told otherwise, and then SELinux would be."""
    return f"hardened.vm={job} hardened.boot={boot}" + (" apparmor=0 lsm=landlock,lockdown,yama,integrity,bpf" if boot == "no-apparmor" else "")


def on_terminal(root, payload, boot):
    """A developer at the console; returns when the machine is off."""
    serial = ["-serial", "mon:stdio", "-serial", "null"]
    return subprocess.call([*map(str, _command(root, accelerator(root), words_for(boot, "shell"), serial)), *_disks(root, payload)])


def for_results(root, payload, boot, console):
    """The command of a QEMU whose second serial line is its output."""
    serial = ["-serial", f"file:{console}", "-serial", "stdio"]
    return [*map(str, _command(root, accelerator(root), words_for(boot, "job"), serial)), *_disks(root, payload)]


class Machine:
    """A running QEMU whose results are read here. Ended by its pid, whatever happens."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, start_new_session=True)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self.process.stdout, selectors.EVENT_READ)
        self._text = b""

    def messages(self, deadline):
        """What the guest says, until it is off; None each time that `deadline()` seconds passed without a word."""
        while True:
            if not self._selector.select(max(0.0, deadline() - time.monotonic())):
                yield None
                continue
            piece = os.read(self.process.stdout.fileno(), 65536)
            if not piece:
                return
            *lines, self._text = (self._text + piece).split(b"\n")
            yield from map(_message, filter(None, (line.strip(b"\r\0 ") for line in lines)))

    def end(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


def _message(line):
    try:
        message = json.loads(line)
        return message if isinstance(message, dict) and "event" in message else {"event": "noise", "text": repr(line)}
    except ValueError:
        return {"event": "noise", "text": line.decode(errors="replace")}
