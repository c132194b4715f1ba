"""Signals between the processes of a container, and from outside of it: under ours, and under a profile of the host's that
names itself as peer, trusted to stand alone and stacked."""

from pathlib import Path

from vm.harness import apparmor, case, equal, holds, matches

# As profiles for servers are written. Debian 13 runs runc under a profile of its name, as Docker's own profile knows.
RULES = """
  capability,
  network,
  file,
  signal (receive) peer=unconfined,
  signal (receive) peer=runc,
  signal (send, receive) peer=@{profile_name},
  ptrace (read, trace, readby, tracedby) peer=@{profile_name},
"""
CONFIG = "pid /tmp/nginx.pid; events {} http { access_log off; server { listen 127.0.0.1:8080; } }"
# nginx, a process to be signalled, and one that ends by SIGTERM.
COMMAND = ("sh", "-c", f"""echo '{CONFIG}' >/tmp/nginx.conf
nginx -c /tmp/nginx.conf
sleep 1000000 & echo $! >/tmp/sleeper
trap 'exit 7' TERM
while :; do sleep 1; done""")
# From an exec, so between two processes that came by different ways.
TRIES = """
worker() { grep -l 'nginx: w[o]rker' /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3; }
i=0
until [ -s /tmp/nginx.pid ] && [ "$(worker)" ]; do
  sleep 0.1; i=$((i+1))
  [ $i -lt 300 ] || { echo "nginx has no worker: $(nginx -t -c /tmp/nginx.conf 2>&1); $(ps)"; exit; }
done
worker >/tmp/worker
kill $(cat /tmp/sleeper) && echo killed || echo not killed
nginx -c /tmp/nginx.conf -s reload && echo told to reload || echo not told to reload
i=0
while [ -d /proc/$(cat /tmp/worker) ] && [ $i -lt 300 ]; do
  sleep 0.1; i=$((i+1)); [ "$1" = gives-up ] && i=300
done
[ -d /proc/$(cat /tmp/worker) ] && echo the old worker || echo a new worker
"""
ALONE = "version: 1\nextends: docker-default\ncontrols: {apparmor: {custom: [case-peers]}}\n"
CUSTOM = "--security-opt=apparmor=case-peers"
WORKS = ["killed", "told to reload", "a new worker"]
# What a stack loses: no task has the label that the profile's rules name, so they match none of its own tasks.
LOST = ["not killed", "not told to reload", "the old worker"]


def signals(vm, runtime, *options, said, parts):
    what = f"{runtime} {' '.join(options)}"
    box = vm.start(runtime, *options, image=vm.image("python"), command=COMMAND)
    label = apparmor.of(box.process.pid)
    equal((label.mode, len(label.parts)), ("enforce", parts), f"{what}: {label}")
    done = box.exec("sh", "-c", TRIES, "tries", *(("gives-up",) if said is LOST else ()), check=True)
    equal(done.stdout.splitlines(), said, f"{what}: kill and nginx -s reload ({done.stderr})")
    matches(vm.docker("top", box.id).stdout, "nginx: master", f"{what}: docker top")
    vm.docker("stop", "--time=100", box.id)
    equal(vm.docker.inspect(box.id, "{{json .State.ExitCode}}"), 7, f"{what}: how docker stop ended it")


def all_of_them(vm):
    signals(vm, "hardened", said=WORKS, parts=1)
    with apparmor.profile(vm, "case-peers", RULES):
        signals(vm, vm.own(ALONE), CUSTOM, said=WORKS, parts=1)
        signals(vm, "hardened", CUSTOM, said=LOST, parts=2)


@case(limit=900)
def within_a_container(vm):
    all_of_them(vm)


@case(limit=900)
def after_a_restart_of_docker(vm):
    before = vm.start("hardened")
    label = apparmor.of(before.process.pid)
    vm.restart_docker()
    all_of_them(vm)
    equal(apparmor.of(vm.start("hardened").process.pid), label, "the label, as it was before")


@case(limit=600)
def of_two_containers(vm):
    """That see each other: `shared` lets them, as Docker's own profile does; `container` keeps them apart."""
    for peers, works in (("shared", True), ("container", False)):
        # The one in the other's pid namespace: that is another control's, and shut as shipped.
        runtime = vm.own(f"version: 1\nextends: docker-default\ncontrols: {{apparmor: {{peers: {peers}}}, namespaces: {{pid: joined}}}}\n")
        one = vm.start(runtime, command=("sh", "-c", "sleep 1000000 & trap 'exit 7' TERM; while :; do sleep 1; done"))
        label = apparmor.agrees(vm, one.id, one.process.pid, f"peers: {peers}")
        two = vm.start(runtime, f"--pid=container:{one.id}")
        equal(apparmor.of(two.process.pid) == label, works, f"peers: {peers}: one label for both")
        pid = "$(grep -lx 'sleep.1000000.' /proc/[0-9]*/cmdline | cut -d/ -f3)"
        said = two.exec("sh", "-c", f"kill -0 {pid} && echo may || echo may not", check=True)
        equal(said.stdout.strip(), "may" if works else "may not", f"peers: {peers}: a signal to the other ({said.stderr})")
        own = one.exec("sh", "-c", f"kill {pid} && echo may || echo may not", check=True).stdout.strip()
        equal(own, "may", f"peers: {peers}: a signal within one")
        vm.docker("stop", "--time=100", one.id)
        equal(vm.docker.inspect(one.id, "{{json .State.ExitCode}}"), 7, f"peers: {peers}: docker stop")
    holds(not Path("/proc/1/attr/apparmor/current").read_text().startswith("hardened"), "the host's init is none of ours")
    vm.finish()
