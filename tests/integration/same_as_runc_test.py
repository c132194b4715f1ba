#!/usr/bin/python3
"""Docker's commands behave under a policy that only observes exactly as they do under bare runc: the same
output, the same exit code, the same inspect. Each test runs its commands under both and compares."""

import json
import re
import subprocess
import time
from pathlib import Path

from harness.case import EngineCase, main
from harness.engine import FOREVER, IMAGE
from harness.terminal import on_terminal

# What differs between any two containers, in the order in which it is replaced.
DIFFERENT_EACH_TIME = (
    (r"\b[0-9a-f]{64}\b", "ID"),
    (r"\b[0-9a-f]{12}\b", "SHORT-ID"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "TIME"),
    (r'"Pid": ?\d+', '"Pid":PID'),
    (r"\bhardened-observe\b|\brunc\b", "RUNTIME"),
    (r"overlay2/[0-9a-f]+(-init)?", "overlay2/LAYER"),
    (r"\b\d{10}\.\d+\b", "EPOCH"),
)


def normal(text):
    for pattern, word in DIFFERENT_EACH_TIME:
        text = re.sub(pattern, word, text)
    return text


class Both:
    """Records what docker says and returns, under one runtime."""

    def __init__(self, engine, runtime):
        self.engine, self.runtime, self.seen = engine, runtime, []

    def __call__(self, *words, stdin=None, show=normal):
        done = self.engine(*words, check=False, stdin=stdin)
        self.see(" ".join(words), done.returncode, show(done.stdout), show(done.stderr))
        return done.stdout.strip()

    def run(self, *words, **more):
        return self("run", "--runtime", self.runtime, *words, **more)

    def start(self, *options, command=("sh", "-c", FOREVER)):
        self.run("--detach", "--name=box1", *options, IMAGE, *command)
        if self.seen[-1][1] != 0:  # two equal failures to start would compare nothing
            raise AssertionError(self.seen[-1])

    def terminal(self, *words, types=""):
        self.see("terminal " + " ".join(words), *on_terminal(self.engine.command(*words), "ready", types))

    def type_into(self, *words, text):
        """Types when the other side listens: what comes at once, with an end, docker attach often loses."""
        with subprocess.Popen(self.engine.command(*words), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as client:
            time.sleep(0.7)
            client.stdin.write(text)
            client.stdin.flush()
            shown = client.stdout.read().decode()
        self.see(" ".join(words), client.returncode, shown)

    def see(self, *what):
        self.seen.append(tuple(normal(w) if isinstance(w, str) else w for w in what))

    def inspect(self, what="box1"):
        self.see("inspect", json.dumps(self.engine.inspect(what), indent=1, sort_keys=True))


class Same(EngineCase):
    def same(self, commands):
        seen = {}
        for runtime in ("runc", "hardened-observe"):
            both = Both(self.engine, runtime)
            try:
                commands(both)
            finally:
                self.engine("rm", "--force", "--volumes", "box1", "box2", check=False)
            seen[runtime] = both.seen
        self.assertTrue(seen["runc"])
        self.assertEqual(seen["runc"], seen["hardened-observe"])
        return seen["runc"]

    def test_run(self):
        seen = self.same(lambda d: d.run("--rm", IMAGE, "sh", "-c", "echo out; echo err >&2; exit 3"))
        self.assertEqual(seen[0][1:3], (3, "out\n"))

    def test_run_reads_standard_input(self):
        seen = self.same(lambda d: d.run("--rm", "-i", IMAGE, "wc", "-c", stdin=b"x" * 100_000))
        self.assertEqual(seen[0][2].strip(), "100000")

    def test_run_on_a_terminal(self):
        seen = self.same(lambda d: d.terminal(
            "run", "--rm", "-it", "--runtime", d.runtime, IMAGE, "sh", "-c", "tty; echo ready; read a; echo got $a; exit 5",
            types="hello\n"))
        self.assertEqual(seen[0][1], 5)
        self.assertIn("got hello", seen[0][2])

    def test_run_with_an_init(self):
        self.same(lambda d: d.run("--rm", "--init", IMAGE, "sh", "-c", "cat /proc/1/comm; exit 4"))

    def test_run_of_what_is_not_there(self):
        seen = self.same(lambda d: d.run("--rm", IMAGE, "/nowhere"))
        self.assertEqual(seen[0][1], 127)

    def test_run_of_what_is_not_executable(self):
        seen = self.same(lambda d: d.run("--rm", IMAGE, "/etc/passwd"))
        self.assertEqual(seen[0][1], 126)

    def test_run_with_many_options(self):
        self.same(lambda d: d.run(
            "--rm", "--user=65534:65534", "--group-add=7", "--workdir=/tmp", "--env=A=<b&c>", "--hostname=h",
            "--read-only", "--tmpfs=/t:size=64k", "--memory=64m", "--cpus=0.5", "--pids-limit=50", "--ulimit=nofile=100:200",
            "--cap-drop=ALL", "--security-opt=no-new-privileges", "--sysctl=net.ipv4.ip_forward=1", "--shm-size=1m", IMAGE,
            "sh", "-c", "id; pwd; env | sort; hostname; ulimit -n; cat /proc/sys/net/ipv4/ip_forward; df /t /dev/shm;"
            "grep -E 'Cap|NoNew|Seccomp' /proc/self/status"))

    def test_volumes(self):
        self.same(lambda d: (d("volume", "create", "vol"), d.run("--rm", "-v", "vol:/v", IMAGE, "sh", "-c", "echo x >/v/f"),
                             d.run("--rm", "-v", "vol:/v:ro", IMAGE, "sh", "-c", "cat /v/f; echo y >/v/f"),
                             d("volume", "rm", "vol")))

    def test_exec(self):
        def commands(d):
            d.start()
            d("exec", "box1", "sh", "-c", "echo out; echo err >&2; exit 9")
            d("exec", "-i", "box1", "cat", stdin=b"through\n")
            d("exec", "--user=65534", "--workdir=/tmp", "--env=A=b", "box1", "sh", "-c", "id; pwd; echo $A; grep Cap /proc/self/status")
            d("exec", "box1", "/nowhere")
            d("exec", "--detach", "box1", "sh", "-c", "echo later >/tmp/later")
            time.sleep(0.5)
            d("exec", "box1", "cat", "/tmp/later")
        self.assertEqual(self.same(commands)[1][1:3], (9, "out\n"))

    def test_exec_on_a_terminal(self):
        def commands(d):
            d.start()
            d.terminal("exec", "-it", "box1", "sh", "-c", "tty; echo ready; read a; echo got $a; exit 6", types="hello\n")
        self.assertEqual(self.same(commands)[1][1], 6)

    def test_a_health_check(self):
        def commands(d):
            d.start("--health-cmd=test -e /tmp", "--health-interval=200ms", "--health-retries=1")
            for _ in range(50):
                if d.engine.inspect("box1", "{{json .State.Health.Status}}") == "healthy":
                    break
                time.sleep(0.1)
            d("inspect", "--format", "{{.State.Health.Status}} {{.State.Health.FailingStreak}}", "box1")
        self.assertEqual(self.same(commands)[-1][2].strip(), "healthy 0")

    def test_update(self):
        def commands(d):
            d.start("--memory=64m")
            d("update", "--memory=80m", "--memory-swap=160m", "--cpu-shares=512", "--pids-limit=77", "--restart=no", "box1")
            process = f"/proc/{d.engine.inspect('box1', '{{json .State.Pid}}')}"
            d.see("cgroup", *(Path("/sys/fs/cgroup", *f.split("/")[:1], p.lstrip("/"), f.split("/")[1]).read_text()
                              for line in Path(process, "cgroup").read_text().splitlines()
                              for _, name, p in [line.split(":", 2)]
                              for f in ("memory/memory.limit_in_bytes", "cpu/cpu.shares", "pids/pids.max")
                              if name.split(",")[0] == f.split("/")[0]))
            d.inspect()
        self.same(commands)

    def test_update_of_what_is_impossible(self):
        seen = self.same(lambda d: (d.start("--memory=64m"), d("update", "--memory=4k", "box1")))
        self.assertEqual(seen[1][1], 1)

    def test_pause_and_unpause(self):
        def commands(d):
            d.start()
            for words in (("pause", "box1"), ("ps", "--format", "{{.Status}}"), ("exec", "box1", "true"), ("unpause", "box1"),
                          ("unpause", "box1"), ("exec", "box1", "echo", "on")):
                d(*words, show=lambda t: re.sub(r"(Up).*( \(Paused\))", r"\1\2", normal(t)))
        self.same(commands)

    def test_top_and_stats(self):
        def commands(d):
            d.start(command=("sleep", "1000"))
            d("top", "box1", "-o", "pid,comm,args", show=lambda t: re.sub(r"(?m)^ *\d+", "PID", normal(t)))
            d("stats", "--no-stream", "--format", "{{.Name}} {{.PIDs}}", "box1")
        self.assertIn("sleep", self.same(commands)[1][2])

    def test_stop_and_start_again(self):
        def commands(d):
            d.start()
            for words in (("stop", "box1"), ("wait", "box1"), ("start", "box1"), ("restart", "--time=1", "box1"), ("stop", "box1")):
                d(*words)
            d.inspect()
        self.same(commands)

    def test_kill(self):
        def commands(d):
            d.start(command=("sh", "-c", "trap 'echo hup' HUP; trap 'exit 8' USR1; while :; do sleep 0.1; done"))
            time.sleep(0.5)
            d("kill", "--signal=HUP", "box1")
            time.sleep(0.5)
            d("kill", "--signal=USR1", "box1")
            d("wait", "box1")
            d("logs", "box1")
            d("kill", "box1")
        self.assertEqual(self.same(commands)[3][2].strip(), "8")

    def test_a_restart_policy(self):
        def commands(d):
            d.start("--restart=on-failure:2", command=("false",))
            for _ in range(100):
                if d.engine.inspect("box1", "{{json .RestartCount}}") == 2:
                    break
                time.sleep(0.1)
            d("wait", "box1")
            d("inspect", "--format", "{{.RestartCount}} {{.State.ExitCode}}", "box1")
        self.assertEqual(self.same(commands)[-1][2].strip(), "2 1")

    def test_remove_by_force(self):
        self.same(lambda d: (d.start(), d("rm", "box1"), d("rm", "--force", "box1"), d("rm", "box1")))

    def test_copy(self):
        def commands(d):
            d.start()
            there = Path("/run/world/copied")
            there.mkdir(exist_ok=True)
            Path(there, "f").write_text("content")
            d("cp", f"{there}/f", "box1:/tmp/f")
            d("exec", "box1", "cat", "/tmp/f")
            d("cp", "box1:/tmp/f", f"{there}/g")
            d.see("copied", Path(there, "g").read_text())
        self.same(commands)

    def test_logs_and_attach(self):
        def commands(d):
            d.start("-i", command=("sh", "-c", "echo one; echo two >&2; read a; echo got $a; sleep 1"))
            time.sleep(0.5)
            d.type_into("attach", "box1", text=b"three\n")
            d("wait", "box1")
            d("logs", "box1")
            d("logs", "--tail=1", "box1")
        self.same(commands)

    def test_create_and_start_attached(self):
        def commands(d):
            d("create", "--name=box1", "--runtime", d.runtime, IMAGE, "sh", "-c", "echo hi; exit 2")
            d.inspect()
            d("start", "--attach", "box1")
            d.inspect()
        self.same(commands)

    def test_rename_inspect_port_and_ps(self):
        def commands(d):
            d.start("--label=a=b", "--publish=127.0.0.1:8080:80")
            d("rename", "box1", "box2")
            d.inspect("box2")
            d("port", "box2")
            d("ps", "--all", "--format", "{{.Names}} {{.Image}} {{.Command}} {{.Labels}}")
        self.same(commands)

    def test_commit_diff_and_export(self):
        def commands(d):
            d.run("--name=box1", IMAGE, "sh", "-c", "echo x >/root/x; rm /etc/group")
            d("diff", "box1", show=lambda t: "\n".join(sorted(t.split("\n"))))
            d("commit", "box1", "made")
            d.run("--rm", "made", "cat", "/root/x")
            tar = subprocess.run(d.engine.command("export", "box1"), capture_output=True, check=True).stdout
            names = subprocess.run(["tar", "-t"], input=tar, capture_output=True, check=True).stdout.decode()
            d.see("export", names)
            d("rmi", "made")
        self.same(commands)

    def test_events(self):
        def commands(d):
            since = str(time.time())
            d.start()
            d("exec", "box1", "true")
            d("stop", "box1")
            d("rm", "box1")
            d("events", "--since", since, "--until", str(time.time()), "--format", "{{.Type}} {{.Action}} {{.Actor.Attributes.exitCode}}")
        self.assertIn("exec_die 0", self.same(commands)[-1][2])

    def test_shared_namespaces(self):
        def commands(d):
            d.start("--ipc=shareable")
            d.run("--rm", "--network=container:box1", "--ipc=container:box1", "--pid=container:box1", IMAGE, "sh", "-c",
                  "hostname; test $(readlink /proc/1/ns/ipc) = $(readlink /proc/self/ns/ipc) && head -1 /proc/1/status")
        self.same(commands)

    def test_privileges_asked_for(self):
        # All that is wide and that this machine can give: to observe is to change nothing.
        self.same(lambda d: d.run(
            "--rm", "--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined", "--security-opt=systempaths=unconfined",
            "--device-cgroup-rule=a *:* rwm", "--pid=host", "--uts=host", "--ipc=host", "-v=/:/host:ro", IMAGE, "sh", "-c",
            "grep -E 'Cap|Seccomp' /proc/self/status; ls -d /host/etc; cut -d' ' -f5,6 /proc/self/mountinfo | grep -E '^/(proc|sys)';"
            "readlink /proc/self/ns/pid /proc/self/ns/uts"))

    def test_privileged(self):
        self.same(lambda d: d.run("--rm", "--privileged", IMAGE, "grep", "Cap", "/proc/self/status"))


if __name__ == "__main__":
    main()
