"""Every golden case: what is asked, by whom, under which policy.

`CASES` maps a folder's name to a Case. A name that begins with `plain-` is a request without any flag: it must
never be refused under the shipped policy.
"""
import copy
import dataclasses
import json
import pathlib

import calls
import engines
import profiles

DEFAULT = "version: 1\nextends: docker-default\n"
OBSERVE = "version: 1\nextends: observe\n"


@dataclasses.dataclass
class Case:
    about: str            # one line, the first of policy.yaml
    argv: list
    bundle: dict = None   # config.json
    process: dict = None  # process.json
    recorded: dict = None  # where exec's flags say what is asked: the process that was recorded at create
    resources: dict = None
    policy: str = DEFAULT
    host: str = ""        # host.yaml, when it is not the runner's default machine


CASES = {}


def add(name, case):
    assert name not in CASES, name
    CASES[name] = case


# Requests without a flag.

def plain():
    for major, name in ((20, "20.10.24"), (24, "24"), (26, "26"), (28, "28"), (29, "29")):
        add(f"plain-docker-{name}",
            Case(f"docker run IMAGE COMMAND, Docker {name}", calls.create(calls.DOCKER), engines.docker(major)))
        add(f"plain-docker-{name}-exec",
            Case(f"docker exec CONTAINER COMMAND, Docker {name}", calls.execute(calls.DOCKER),
                 process=engines.docker_process(major)))
    add("plain-containerd-1.6",
        Case("ctr run: containerd's defaults carry no seccomp profile", calls.create(calls.CONTAINERD),
             engines.containerd()))
    add("plain-containerd-1.6-seccomp",
        Case("ctr run --seccomp", calls.create(calls.CONTAINERD), engines.containerd(seccomp=True)))
    add("plain-containerd-1.6-exec",
        Case("ctr task exec", calls.execute(calls.CONTAINERD), process=engines.containerd()["process"]))
    add("plain-podman-4.3.1", Case("podman run, as root", calls.podman_create(), engines.podman()))
    process = engines.podman()["process"]
    del process["user"]["umask"]
    add("plain-podman-4.3.1-exec", Case("podman exec", calls.podman_execute(), process=process))
    zeros = {"memory": {"limit": 0, "reservation": 0, "kernel": 0}, "cpu": {"shares": 0, "quota": 0, "period": 0},
             "blockIO": {"weight": 0}}
    add("plain-docker-20.10.24-update",
        Case("docker update --restart always: Docker 20.10 sends zeros, which mean: leave", calls.update(calls.DOCKER),
             resources=zeros))
    add("plain-podman-4.3.1-update",
        Case("podman update --cpus 2", calls.podman_update(), resources={"cpu": {"quota": 200000, "period": 100000}}))
    add("plain-docker-29-update",
        Case("docker update --memory 64m: no pids limit is put into an update that has none",
             calls.update(calls.DOCKER), resources={"memory": {"limit": 67108864, "swap": 134217728}}))


# Wide requests. All but those about seccomp carry a small profile of the user's own, to stay readable.

def asks(change, major=29):
    spec = engines.docker(major)
    spec["linux"]["seccomp"] = profiles.brief()
    change(spec)
    return spec


def docker_case(name, about, change, major=29, **more):
    add(name, Case(about, calls.create(calls.DOCKER), asks(change, major), **more))


def replaced(pointer, value):
    """Sets the member at `a/b/c`, at its place if it is there, else at the end."""
    *way, last = pointer.split("/")

    def change(spec):
        for key in way:
            spec = spec[int(key) if isinstance(spec, list) else key]
        spec[last] = value
    return change


def removed(*pointers):
    def change(spec):
        for pointer in pointers:
            *way, last = pointer.split("/")
            part = spec
            for key in way:
                part = part[int(key) if isinstance(part, list) else key]
            del part[last]
    return change


HOST_NODES = [("autofs", "c", 10, 235, 0o644), ("kmsg", "c", 1, 11, 0o644), ("kvm", "c", 10, 232, 0o660),
              ("mem", "c", 1, 1, 0o640), ("null", "c", 1, 3, 0o666), ("sda", "b", 8, 0, 0o660)]


def host_nodes(type_bits=0):
    # Podman writes the whole st_mode, type and all.
    return [{"path": f"/dev/{name}", "type": kind, "major": major, "minor": minor,
             "fileMode": mode | ((0o020000 if kind == "c" else 0o060000) if type_bits else 0), "uid": 0, "gid": 0}
            for name, kind, major, minor, mode in HOST_NODES]


def privileged(spec, type_bits=0, doubled=False):
    spec["process"]["capabilities"] = engines.capabilities(engines.ALL_CAPS)
    for part in ("seccomp", "maskedPaths", "readonlyPaths"):
        spec["linux"].pop(part, None)
    for mount in spec["mounts"]:
        if mount["type"] in ("sysfs", "cgroup"):
            mount["options"].remove("ro")
            mount["options"] += ["rw"] if type_bits else []
    everything = [engines.rule(True)]
    spec["linux"]["resources"]["devices"] = (spec["linux"]["resources"]["devices"] if doubled else []) + everything
    spec["linux"]["devices"] = host_nodes(type_bits)
    return spec


def privileged_cases():
    def ask(major):
        spec = privileged(engines.docker(major), doubled=major >= 24)
        if major >= 24:
            spec["process"]["apparmorProfile"] = "unconfined"
        return spec

    for major, name in ((20, "20.10.24"), (29, "29")):
        add(f"privileged-docker-{name}",
            Case(f"docker run --privileged, Docker {name}", calls.create(calls.DOCKER), ask(major)))
    add("privileged-containerd-1.6",
        Case("ctr run --privileged", calls.create(calls.CONTAINERD), privileged(engines.containerd())))
    spec = privileged(engines.podman(), type_bits=1)
    spec["annotations"]["io.podman.annotations.privileged"] = "TRUE"
    add("privileged-podman-4.3.1", Case("podman run --privileged", calls.podman_create(), spec))
    add("privileged-refused",
        Case("docker run --privileged where the host refuses it as a whole", calls.create(calls.DOCKER), ask(29),
             policy=DEFAULT + "privileged: {on_excess: refuse}\n"))
    add("privileged-observed",
        Case("docker run --privileged under observe.yaml: nothing changes but the mark", calls.create(calls.DOCKER),
             ask(29), policy=OBSERVE))
    process = engines.docker_process(29)
    process["capabilities"] = engines.capabilities(engines.ALL_CAPS)
    add("exec-privileged", Case("docker exec --privileged", calls.execute(calls.DOCKER), process=process))
    add("exec-privileged-observed",
        Case("docker exec --privileged under observe.yaml: not one byte changes", calls.execute(calls.DOCKER),
             process=copy.deepcopy(process), policy=OBSERVE))


def capability_cases():
    everything = engines.docker(29)
    everything["process"]["capabilities"] = engines.capabilities(engines.ALL_CAPS)
    everything["linux"]["seccomp"] = profiles.docker(29, engines.ALL_CAPS)
    add("cap-add-all",
        Case("docker run --cap-add ALL: Docker's seccomp profile widens with the capabilities, and narrows with them",
             calls.create(calls.DOCKER), everything))
    docker_case("cap-drop-all", "docker run --cap-drop ALL: an empty object is less than the ceiling, and stays",
                replaced("process/capabilities", {}))
    docker_case("capabilities-absent", "no capabilities at all: none up to runc 1.2, all from 1.3 on",
                removed("process/capabilities"))
    sets = {kind: ["CAP_NET_RAW", "CAP_NET_ADMIN", "CAP_SYS_ADMIN"]
            for kind in ("bounding", "effective", "inheritable", "permitted", "ambient")}
    docker_case("capabilities-ambient", "all five sets, beyond the ceiling in each", replaced("process/capabilities", sets))
    docker_case("capabilities-unknown", "a capability that no kernel has: to runc nothing, to others an error",
                replaced("process/capabilities/bounding", ["CAP_CHOWN", "CAP_SYS_ADMN"]))


def seccomp_cases():
    plain_docker = engines.docker(29)
    del plain_docker["linux"]["seccomp"]
    add("seccomp-unconfined",
        Case("docker run --security-opt seccomp=unconfined", calls.create(calls.DOCKER), plain_docker))
    docker_case("seccomp-null", "a null section: unconfined", replaced("linux/seccomp", None))
    docker_case("seccomp-empty", "an empty section: unconfined, without a word from runc", replaced("linux/seccomp", {}))
    docker_case("seccomp-allow-all", "a profile of the user's own that allows everything",
                replaced("linux/seccomp", {"defaultAction": "SCMP_ACT_ALLOW"}))
    listener = profiles.brief() | {"listenerPath": "/run/user/agent.sock", "listenerMetadata": "web"}
    docker_case("seccomp-listener", "a profile that hands system calls to a socket of the user's",
                replaced("linux/seccomp", listener))
    native = Case("architectures: native takes the calls of 32-bit programs, which every engine lists",
                  calls.create(calls.DOCKER), asks(lambda spec: None),
                  policy=DEFAULT + "controls:\n  seccomp: {architectures: native}\n")
    native.bundle["linux"]["seccomp"]["architectures"] = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]
    add("seccomp-native", native)
    docker_case("seccomp-bpf-data", "an annotation that would have crun load a filter past the profile",
                replaced("annotations", {"run.oci.seccomp_bpf_data": "BgAAAAAA/38=", "org.example.note": "kept"}))
    docker_case("seccomp-bpf-data-observed", "the same under observe.yaml: what was asked stays, and is recorded",
                replaced("annotations", {"run.oci.seccomp_bpf_data": "BgAAAAAA/38="}), policy=OBSERVE)
    docker_case("seccomp-bpf-file", "the same from a file, as early versions of crun have it",
                replaced("annotations", {"run.oci.seccomp_bpf_file": "/tmp/evil.bpf"}))
    docker_case("seccomp-plugins", "an annotation that would have crun load libraries as root of the host",
                replaced("annotations", {"run.oci.seccomp.plugins": "/tmp/evil.so"}))
    docker_case("seccomp-receiver", "an annotation that would have crun hand system calls to a socket of the user's",
                replaced("annotations", {"run.oci.seccomp.receiver": "/run/user/agent.sock"}))


def device_cases():
    def device(path, kind, major, minor):
        def change(spec):
            spec["linux"]["resources"]["devices"].append(engines.rule(True, kind, major, minor))
            spec["linux"]["devices"] = [{"path": path, "type": kind, "major": major, "minor": minor, "fileMode": 432,
                                         "uid": 0, "gid": 6}]
        return change

    docker_case("device-disk", "docker run --device /dev/sda", device("/dev/sda", "b", 8, 0))
    docker_case("device-null", "docker run --device /dev/null:/dev/mine: below the ceiling",
                device("/dev/mine", "c", 1, 3))
    docker_case("device-cgroup-rule", "docker run --device-cgroup-rule 'c 42:* rmw'",
                lambda spec: spec["linux"]["resources"]["devices"].append(engines.rule(True, "c", 42, -1, "rmw")))
    docker_case("device-cgroup-rule-all", "docker run --device-cgroup-rule 'a *:* rwm'",
                lambda spec: spec["linux"]["resources"]["devices"].append(engines.rule(True, "a", -1, -1)))


def path_and_mount_cases():
    docker_case("systempaths-unconfined", "docker run --security-opt systempaths=unconfined",
                removed("linux/maskedPaths", "linux/readonlyPaths"))
    docker_case("writable-cgroups", "docker run --security-opt writable-cgroups=true",
                lambda spec: spec["mounts"][4]["options"].remove("ro"))
    docker_case("mount-rro", "docker run -v /srv/data:/data:ro, as Docker writes it since 25",
                lambda spec: spec["mounts"].append(
                    engines.mount("/data", "bind", "/srv/data", "rbind", "rro", "rprivate")))


def source_cases():
    def binds(*sources, destination="/data", options=("rbind", "rprivate")):
        def change(spec):
            for number, source in enumerate(sources):
                place = destination + (str(number) if number else "")
                spec["mounts"].append(engines.mount(place, "bind", source, *options))
        return change

    docker_case("mount-everyday", "docker run -v $PWD:/src, a named volume, /srv: what everybody does",
                binds("/home/u/src", "/var/lib/docker/volumes/pgdata/_data", "/srv/data"))
    docker_case("mount-read-only", "docker run --mount type=bind,readonly", binds("/home/u/src", options=("rbind", "ro", "rprivate")))
    docker_case("mount-localtime", "docker run -v /etc/localtime:/etc/localtime:ro",
                binds("/etc/localtime", destination="/etc/localtime", options=("rbind", "rro", "rprivate")))
    docker_case("mount-init", "docker run --init", binds("/usr/bin/docker-init", destination="/sbin/docker-init", options=("bind", "ro")))
    docker_case("mount-tmpfs", "docker run --tmpfs /t:exec,size=1m",
                lambda spec: spec["mounts"].append(
                    engines.mount("/t", "tmpfs", "tmpfs", "nosuid", "nodev", "rprivate", "exec", "size=1m")))
    docker_case("mount-tmpfs-required", "the same where every mount is to be nosuid, nodev and noexec",
                lambda spec: spec["mounts"].append(
                    engines.mount("/t", "tmpfs", "tmpfs", "nosuid", "nodev", "rprivate", "exec", "size=1m")),
                policy=DEFAULT + "controls:\n  mounts: {required: [nosuid, nodev, noexec]}\n")
    docker_case("mount-shared", "docker run -v /srv/data:/data:rshared", binds("/srv/data", options=("rbind", "rshared")))
    docker_case("mount-host", "docker run -v /:/data", binds("/"))
    docker_case("mount-etc", "docker run -v /etc:/data:ro", binds("/etc", options=("rbind", "ro", "rprivate")))
    docker_case("mount-etc-allowed", "the same for a part of it that the operator opened", binds("/etc/nginx"),
                policy=DEFAULT + "controls:\n  mounts: {allow: [/etc/nginx]}\n")
    docker_case("mount-socket", "docker run -v /var/run/docker.sock:/data", binds("/var/run/docker.sock"))
    docker_case("mount-socket-directory", "docker run -v /run:/data", binds("/run"))
    docker_case("mount-socket-observed", "docker run -v /run:/data under observe.yaml", binds("/run"), policy=OBSERVE)
    docker_case("mount-proc-volume", "docker volume create -o type=proc -o device=proc procfs; docker run -v procfs:/data",
                binds("/var/lib/docker/volumes/procfs/_data"))
    docker_case("mount-bind-volume", "docker volume create -o type=none -o o=bind -o device=/ root; docker run -v root:/data",
                binds("/var/lib/docker/volumes/root/_data"))
    docker_case("mount-own", "docker run -v /etc/hardened:/data, where the operator protects nothing",
                binds("/etc/hardened/policy.yaml", "/etc/hardened"),
                policy=DEFAULT + "controls:\n  mounts: {protected: []}\n")
    docker_case("mount-device-type", "a mount of a disk, which no engine asks for",
                lambda spec: spec["mounts"].append(engines.mount("/data", "ext4", "/dev/sda1", "rw")))


def limit_cases():
    for name, limit, about in (("unlimited", -1, "-1"), ("zero", 0, "0, which runc up to 1.3 takes for: not set"),
                               ("over", 100000, "100000"), ("below", 100, "100: below the ceiling")):
        docker_case(f"pids-{name}", f"docker run --pids-limit {about}",
                    replaced("linux/resources/pids", {"limit": limit}))
    docker_case("pids-refused", "a host that refuses instead of narrowing",
                replaced("linux/resources/pids", {"limit": -1}),
                policy=DEFAULT + "controls:\n  pids: {on_excess: refuse, default: 512, maximum: 512}\n")
    docker_case("pids-unified", "unified resources, which runc writes last",
                replaced("linux/resources/unified", {"pids.max": "max"}))
    docker_case("resources-absent", "no resources at all: the most there is, as far as limits go",
                removed("linux/resources", "linux/cgroupsPath"))
    unlimited = [{"type": "RLIMIT_MEMLOCK", "hard": engines.UNLIMITED, "soft": engines.UNLIMITED},
                 {"type": "RLIMIT_NOFILE", "hard": 2048, "soft": 1024}]
    docker_case("ulimit-unlimited", "docker run --ulimit memlock=-1 --ulimit nofile=1024:2048",
                lambda spec: spec["process"].update(rlimits=unlimited))
    docker_case("sysctl", "docker run --sysctl net.core.somaxconn=1024 --sysctl kernel.shmmax=1000000",
                lambda spec: spec["linux"]["sysctl"].update({"net.core.somaxconn": "1024", "kernel.shmmax": "1000000"}))
    docker_case("sysctl-host", "docker run --sysctl vm.swappiness=0 --sysctl net/core/somaxconn=1024",
                lambda spec: spec["linux"]["sysctl"].update({"vm.swappiness": "0", "net/core/somaxconn": "1024"}))
    add("update-pids-unlimited",
        Case("docker update --pids-limit -1", calls.update(calls.DOCKER),
             resources={"memory": {"limit": 0, "reservation": 0, "kernel": 0}, "cpu": {"shares": 0, "quota": 0, "period": 0},
                        "pids": {"limit": -1}, "blockIO": {"weight": 0}}))
    add("update-unified",
        Case("unified pids.max in an update", calls.update(calls.CONTAINERD), resources={"unified": {"pids.max": "max"}}))


def process_cases():
    process = engines.docker_process(29)
    del process["apparmorProfile"]
    process["noNewPrivileges"] = False
    process["user"] = {"uid": 1000, "gid": 0, "additionalGids": [0]}
    process = {"terminal": True, "consoleSize": {"height": 24, "width": 80}} | process
    add("exec-terminal", Case("docker exec -t -u 1000", calls.execute(calls.DOCKER), process=process))

    flags = ["--cap", "CAP_SYS_ADMIN", "--no-new-privs=false", "--user", "1000:1000", "--env", "A=b", "--cwd", "/tmp"]
    add("exec-flags",
        Case("ctr's and people's exec: flags over the process that was recorded at create",
             calls.execute_flags(calls.CONTAINERD, flags, ["sh", "-c", "id"]), recorded=engines.containerd()["process"]))
    add("exec-flags-below",
        Case("the same, asking for nothing beyond the ceiling",
             calls.execute_flags(calls.CONTAINERD, ["--user", "1000:1000"], ["id"]),
             recorded=engines.containerd()["process"]))
    add("update-flags",
        Case("runc update --pids-limit -1 --memory 64m",
             calls.update_flags(calls.CONTAINERD, ["--pids-limit", "-1", "--memory", "64m"])))

    def as_user(spec):
        spec["process"]["user"] = {"uid": 1000, "gid": 1000, "additionalGids": [1000]}
        del spec["process"]["capabilities"]["effective"], spec["process"]["capabilities"]["permitted"]
        spec["process"]["noNewPrivileges"] = True

    docker_case("user-no-new-privileges", "docker run -u 1000:1000 --security-opt no-new-privileges, Docker 20.10.24",
                as_user, major=20)


# A host that has container `db` of the same engine, as its process 700, and some groups.

HOST = (pathlib.Path(__file__).resolve().parents[1] / "host.yaml").read_text()


def host(files, more=""):
    """The default machine with these files, too."""
    text = HOST.rstrip("\n") + "\n"
    return text.replace("\nfiles:\n", f"\nfiles:\n{files}") + more


OTHERS = host(f"""\
  {calls.DOCKER[0].removeprefix('/var')}/db/state.json: '{{"id":"db","init_process_pid":700,"init_process_start":41000,"config":{{}}}}'
  /proc/700/stat: "700 (db) S 1 700 700 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 41000 1 2\\n"
  /proc/700/cgroup: "0::/docker/db\\n"
""", """\
namespaces:
  /proc/self/ns/pid: "pid:[4026531836]"
  /proc/self/ns/ipc: "ipc:[4026531839]"
  /proc/self/ns/net: "net:[4026531840]"
  /proc/700/ns/pid: "pid:[4026532202]"
  /proc/700/ns/ipc: "ipc:[4026532204]"
  /proc/700/ns/net: "net:[4026532203]"
""")
GROUPS = host('  /etc/group: "root:x:0:\\ndisk:x:6:\\nshadow:x:42:\\ndocker:x:998:ann\\n"\n')
ALPINE = [0, 1, 2, 3, 4, 6, 10, 11, 20, 26, 27]


def namespace_cases():
    def without(kind, *more):
        def change(spec):
            spec["linux"]["namespaces"] = [n for n in spec["linux"]["namespaces"] if n["type"] != kind]
            removed(*more)(spec)
        return change

    def joined(*kinds):
        def change(spec):
            for entry in spec["linux"]["namespaces"]:
                file = {"network": "net"}.get(entry["type"], entry["type"])
                entry.update({"path": f"/proc/700/ns/{file}"} if entry["type"] in kinds else {})
        return change

    def remapped(host_id):
        def change(spec):
            ids = [{"containerID": 0, "hostID": host_id, "size": 65536}]
            spec["linux"].update(uidMappings=ids, gidMappings=ids)
            spec["linux"]["namespaces"].append({"type": "user"})
        return change

    docker_case("namespace-network-host", "docker run --network host", without("network", "linux/sysctl"))
    docker_case("namespace-pid-host", "docker run --pid host", without("pid"))
    docker_case("namespace-ipc-host", "docker run --ipc host", without("ipc"))
    docker_case("namespace-uts-host", "docker run --uts host", without("uts", "hostname"))
    docker_case("namespace-joined", "docker run --network container:db --ipc container:db",
                joined("network", "ipc"), host=OTHERS)
    docker_case("namespace-joined-pid", "docker run --pid container:db", joined("pid"), host=OTHERS)
    docker_case("namespace-user", "a daemon with userns-remap", remapped(100000))
    docker_case("namespace-user-root", "a user namespace that is asked for, and none of its own: it maps the host's root",
                remapped(0), policy=DEFAULT + "controls:\n  namespaces: {user: own}\n")
    docker_case("namespace-clocks", "clocks moved outside of a time namespace: runc refuses that, others may not",
                replaced("linux/timeOffsets", {"boottime": {"secs": 86400}}), major=26)


def user_cases():
    def user(uid, groups):
        return replaced("process/user", {"uid": uid, "gid": uid, "additionalGids": groups})

    refusing = DEFAULT + "controls:\n  user: {on_excess: refuse}\n"
    docker_case("user-alpine", "docker run alpine: its root is in disk", user(0, ALPINE), host=GROUPS)
    docker_case("user-alpine-refused", "the same on a host that refuses: nobody asked for it, it is dropped all the same",
                user(0, ALPINE), host=GROUPS, policy=refusing)
    docker_case("user-group-add", "docker run -u 1000 --group-add 998: docker on the host", user(1000, [1000, 998]),
                host=GROUPS)
    docker_case("user-group-add-refused", "the same on a host that refuses", user(1000, [1000, 998]), host=GROUPS,
                policy=refusing)
    docker_case("user-root-refused", "a host where nobody runs as root", lambda spec: None,
                policy=DEFAULT + "controls:\n  user: {run_as: non-root}\n")


# Fields that nobody knows, and names that look like fields.

def field_cases():
    new = replaced("linux/somethingNew", {"deep": [1, "<2>"]})
    docker_case("field-unknown", "a field of a specification that is newer than hardened", new)
    docker_case("field-accepted", "the same, opened by name", new, policy=DEFAULT + "accepted_fields: [/linux/somethingNew]\n")
    docker_case("field-recorded", "the same where unknown fields are recorded", new,
                policy=DEFAULT + "unknown_fields: record\n")
    docker_case("field-look-alike", "a name that Go folds to seccomp, under observe.yaml: no policy takes it",
                replaced("linux/\u017feccomp", None), policy=OBSERVE)
    docker_case("mark-forged", "annotations in our name are taken out before ours is written",
                replaced("annotations", {"io.hardened.policy": "trust me", "org.example.note": "kept",
                                         "io.hardened.waiver": "all"}))


# Waivers: the engine's own metadata says which image a container is of.

IMAGE = "sha256:" + "1f" * 32
OTHER_IMAGE = "sha256:" + "2e" * 32
JOINED = "0b" * 32
PLUGIN = "3d" * 32
MACHINE = (pathlib.Path(__file__).resolve().parents[1] / "host.yaml").read_text().split("\n", 1)[1]


def knows(*metadata):
    """The machine of every case, and on it the files of an engine."""
    lines = [f"  {path}: '{json.dumps(content)}'\n" for path, content in metadata]
    return "# The machine of every case, and what its engine knows of the container.\n" + MACHINE + "".join(lines)


def metadata(image, identity=calls.ID, name="web"):
    return (f"/var/lib/docker/containers/{identity}/config.v2.json",
            {"ID": identity, "Image": image, "Name": f"/{name}", "Config": {"Image": "builder:latest"}})


def waiving(match, more=""):
    return (DEFAULT + "waivers:\n"
            "  - name: builder\n"
            f"    match: {match}\n"
            "    controls:\n"
            "      capabilities: {ceiling: [docker-default, SYS_ADMIN]}\n"
            "      pids: {maximum: unlimited}\n"
            "    because: builds images\n" + more)


def waiver_cases():
    def wide(spec):
        spec["process"]["capabilities"] = engines.capabilities(engines.DOCKER_CAPS + ["CAP_SYS_ADMIN", "CAP_SYS_TIME"])
        spec["linux"]["resources"]["pids"] = {"limit": 100000}

    def joins(spec):
        wide(spec)
        for mount in spec["mounts"]:
            mount["source"] = mount["source"].replace(calls.ID, JOINED)

    def forges(spec):
        wide(spec)
        for mount in spec["mounts"]:
            mount["source"] = mount["source"].replace("/var/lib/docker", "/home/user/forged")

    policy = waiving(f'{{image_id: ["{IMAGE}"], engine: docker, namespace: moby, name: "we?"}}')
    docker_case("waiver", "--cap-add SYS_ADMIN --cap-add SYS_TIME --pids-limit 100000 of an image that may have two of it",
                wide, policy=policy, host=knows(metadata(IMAGE)))
    docker_case("waiver-other-image", "the same of an image that was committed from it", wide, policy=policy,
                host=knows(metadata(OTHER_IMAGE)))
    docker_case("waiver-expired", "the same, a day too late", wide, policy=policy + "    expires: 2026-01-01\n",
                host=knows(metadata(IMAGE)))
    docker_case("waiver-last-day", "the same on the last day", wide, policy=policy + "    expires: 2026-01-02\n",
                host=knows(metadata(IMAGE)))
    docker_case("waiver-joined", "--network container: of one that has a waiver; the mounts are the other's", joins,
                policy=policy, host=knows(metadata(OTHER_IMAGE), metadata(IMAGE, JOINED)))
    docker_case("waiver-forged", "binds over /etc/hosts and /etc/hostname from a data root of the user's own", forges,
                policy=policy, host=knows(metadata(OTHER_IMAGE), (
                    f"/home/user/forged/containers/{calls.ID}/config.v2.json", metadata(IMAGE)[1])))
    docker_case("waiver-unreadable", "metadata that is none: no waiver, and a note", wide, policy=policy,
                host=knows((metadata(IMAGE)[0], {"Image": IMAGE})))
    root = ("/var/run/docker/runtime-runc/plugins.moby", "/run/containerd/io.containerd.runtime.v2.task/plugins.moby", PLUGIN)
    add("waiver-plugin", Case("a managed plugin that asks for SYS_ADMIN", calls.create(root), asks(wide),
                              policy=waiving(f'{{plugin_id: ["{PLUGIN}"]}}'),
                              host=knows((f"/var/lib/docker/plugins/{PLUGIN}/config.json",
                                          {"plugin": {"Id": PLUGIN, "Name": "sshfs:latest"}}))))


# What takes from others: weights, real time, the out-of-memory killer; and where a cgroup stands.

BOUNDED = DEFAULT + """controls:
  resources:
    memory: {default: 512m, maximum: 1g}
    memory_swap: 2g
    cpus: {default: 1, maximum: 2.5}
    cgroup_parents: [docker.slice, system.slice]
"""


def resource_cases():
    def weights(spec):
        spec["linux"]["resources"] |= {
            "cpu": {"shares": 2048},
            "blockIO": {"weight": 500, "leafWeight": 300,
                        "weightDevice": [{"major": 8, "minor": 0, "weight": 800, "leafWeight": 10}]}}
    docker_case("resources-weights", "docker run --cpu-shares 2048 --blkio-weight 500 --blkio-weight-device /dev/sda:800", weights)
    docker_case("resources-realtime", "docker run --cpu-rt-runtime 950000 --cpu-rt-period 1000000",
                replaced("linux/resources/cpu", {"shares": 0, "realtimeRuntime": 950000, "realtimePeriod": 1000000}))
    docker_case("resources-oom-kill-disable", "docker run --oom-kill-disable --memory 64m",
                replaced("linux/resources/memory", {"limit": 67108864, "swap": 134217728, "disableOOMKiller": True}), major=20)
    docker_case("resources-network", "a class that the host's firewall goes by",
                replaced("linux/resources/network", {"classID": 1048577, "priorities": [{"name": "eth0", "priority": 500}]}))
    docker_case("resources-unified", "files of cgroup v2 by name",
                replaced("linux/resources/unified", {"memory.max": "1G", "cpu.weight": "10000", "memory.min": "1G",
                                                     "cgroup.subtree_control": "+cpu", "io.max": "8:0 rbps=1048576"}))
    memory = {"limit": 4294967296, "swap": -1, "reservation": 2147483648}
    docker_case("resources-memory", "docker run --memory 4g --memory-swap -1 --memory-reservation 2g above the host's",
                replaced("linux/resources/memory", memory), policy=BOUNDED)
    docker_case("resources-cpus", "docker run --cpus 8 with a burst above the host's",
                replaced("linux/resources/cpu", {"quota": 800000, "period": 100000, "burst": 800000}), policy=BOUNDED)
    docker_case("resources-defaults", "docker run on a host that bounds memory and processors", lambda spec: None,
                policy=BOUNDED)
    docker_case("resources-observed", "what is above stays, and is recorded",
                replaced("linux/resources/cpu", {"shares": 2048}), policy=OBSERVE)
    docker_case("cgroup-parent-root", "docker run --cgroup-parent -.slice",
                replaced("linux/cgroupsPath", f"-.slice:docker:{engines.ID}"))
    docker_case("cgroup-parent-service", "docker run --cgroup-parent /system.slice/docker.service",
                replaced("linux/cgroupsPath", f"/system.slice/docker.service/{engines.ID}"), major=20)
    docker_case("cgroup-parent-listed", "docker run --cgroup-parent docker-web.slice where docker.slice is listed",
                replaced("linux/cgroupsPath", f"docker-web.slice:docker:{engines.ID}"),
                policy=DEFAULT + "controls:\n  resources: {cgroup_parents: [docker.slice]}\n")
    docker_case("cgroup-parent-not-listed", "docker run where another slice is listed", lambda spec: None,
                policy=DEFAULT + "controls:\n  resources: {cgroup_parents: [docker.slice]}\n")
    add("update-memory-unlimited",
        Case("docker update --memory -1 where memory is bounded: swap goes with it", calls.update(calls.DOCKER),
             resources={"memory": {"limit": -1}}, policy=BOUNDED))
    add("update-cpu-shares",
        Case("docker update --cpu-shares 2048 --cpu-quota 50000: half a quota is taken out where processors are bounded",
             calls.update(calls.DOCKER), resources={"cpu": {"shares": 2048, "quota": 50000}}, policy=BOUNDED))


def scheduling_cases():
    docker_case("oom-score-adj", "docker run --oom-score-adj -1000", replaced("process/oomScoreAdj", -1000))
    process = engines.docker_process(29)
    process["oomScoreAdj"] = -1000
    add("oom-score-adj-exec",
        Case("docker exec in a container of --oom-score-adj -1000", calls.execute(calls.DOCKER), process=process))
    machine = (pathlib.Path(__file__).resolve().parents[1] / "host.yaml").read_text()
    spec = engines.containerd()
    spec["process"].pop("oomScoreAdj", None)
    add("oom-score-adj-inherited",
        Case("ctr run: an engine that says no score, under a shim that is never killed", calls.create(calls.CONTAINERD),
             spec, host=machine + '  /proc/self/oom_score_adj: "-998\\n"\n'))

    def realtime(spec):
        spec["process"]["scheduler"] = {"policy": "SCHED_FIFO", "priority": 99}
        spec["process"]["ioPriority"] = {"class": "IOPRIO_CLASS_RT", "priority": 0}
    docker_case("scheduler-realtime", "SCHED_FIFO and IOPRIO_CLASS_RT", realtime)
    docker_case("scheduler-nice", "a nice value below all others",
                replaced("process/scheduler", {"policy": "SCHED_BATCH", "nice": -20}))


# Texts that runtimes and kernels take for more than notes.

ACTING = {"com.example.note": "kept", "org.systemd.property.KillSignal": "15",
          "org.systemd.property.SuccessAction": "'poweroff-force'", "org.systemd.property.TimeoutStopUSec": "uint64 10000000",
          "run.oci.keep_original_groups": "1"}
ENFORCING = (pathlib.Path(__file__).resolve().parents[1] / "host.yaml").read_text() + '  /sys/fs/selinux/enforce: "1"\n'


def labelled(process, mount="system_u:object_r:container_file_t:s0:c7,c9"):
    def change(spec):
        spec["process"]["selinuxLabel"] = process
        spec["linux"]["mountLabel"] = mount
    return change


def text_cases():
    docker_case("annotations", "docker run --annotation: orders to systemd and crun, and a note", replaced("annotations", ACTING))
    docker_case("annotations-listed", "a host that lets those of engines pass, and its own",
                replaced("annotations", {"com.example.note": "kept", "io.container.manager": "x", "org.example.note": "gone"}),
                policy=DEFAULT + "controls:\n  annotations: {allow: [engine-default, com.example.*]}\n")
    docker_case("command-cwd", "docker run --workdir /proc/self/fd/8 (CVE-2024-21626)",
                replaced("process/cwd", "/proc/self/fd/8"))
    docker_case("command-cwd-observed", "the same under observe.yaml", replaced("process/cwd", "/proc/self/fd/8"),
                policy=OBSERVE)
    flags = ["--cwd", "/srv/../proc/self/fd/8"]
    add("command-cwd-exec",
        Case("exec --cwd, by a way that links may change",
             calls.execute_flags(calls.CONTAINERD, flags, ["sh"]), recorded=engines.containerd()["process"]))
    container = "system_u:system_r:container_t:s0:c7,c9"
    docker_case("selinux", "a container as an engine labels it, where SELinux is enforced", labelled(container), host=ENFORCING)
    docker_case("selinux-type", "docker run --security-opt label=type:spc_t",
                labelled("system_u:system_r:spc_t:s0:c7,c9"), host=ENFORCING)
    docker_case("selinux-mount", "a label of the host's own files",
                labelled(container, "system_u:object_r:etc_t:s0"), host=ENFORCING)
    docker_case("selinux-disabled", "docker run --security-opt label=disable", lambda spec: None, host=ENFORCING)
    fields = {"intelRdt": {"closID": "x", "l3CacheSchema": "L3:0=ffff"}, "netDevices": {"eth0": {"name": "eth7"}},
              "personality": {"domain": "LINUX32"}}
    platforms = {"vm": {"kernel": {"path": "/boot/vmlinuz"}}, "windows": {"layerFolders": ["C:\\x"]},
                 "solaris": {"milestone": "x"}, "zos": {"namespaces": []}, "freebsd": {"jail": {"host": "inherit"}}}

    def other(spec):
        spec["linux"].update(fields)
        spec.update(platforms)
    docker_case("other", "fields that engines never write", other)
    docker_case("other-allowed", "one of them, opened by its pointer",
                replaced("linux/personality", fields["personality"]),
                policy=DEFAULT + "controls:\n  other: {allow: [/linux/personality]}\n")


# Hooks are root's programs on the host; a root is a directory of the host.

def hook_cases():
    stages = {"prestart": "prestart", "create-runtime": "createRuntime", "create-container": "createContainer",
              "poststart": "poststart", "poststop": "poststop"}
    for name, stage in stages.items():
        docker_case(f"hook-{name}", f"a {stage} hook of a user's own",
                    replaced("hooks", {stage: [{"path": "/home/me/hook", "args": ["hook"]}]}))
    inside = {"startContainer": [{"path": "/usr/local/bin/prepare", "env": ["A=b"]}]}
    docker_case("hook-start-container", "a startContainer hook runs inside, as the container's own program does",
                replaced("hooks", inside))
    docker_case("hook-start-container-refused", "the same where the host wants none", replaced("hooks", inside),
                policy=DEFAULT + "controls:\n  hooks: {start_container: refused}\n")
    docker_case("hook-forged-engine", "what Docker 27 adds, with another environment",
                lambda spec: spec["hooks"]["prestart"][0].update(env=["LD_PRELOAD=/tmp/x.so"]), major=26)

    gpu = "/usr/bin/nvidia-container-runtime-hook"
    environment = ["LANG=C.UTF-8", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "NOTIFY_SOCKET=/run/systemd/notify"]
    with_gpu = HOST.replace("[/usr/bin/dockerd]", f"[/usr/bin/dockerd, {gpu}]")
    docker_case("hook-gpus", "docker run --gpus all: Docker hands its own environment on, the rule names what of it",
                replaced("hooks", {"prestart": [{"path": gpu, "args": [gpu.rpartition("/")[2], "prestart"],
                                                 "env": environment}]}), host=with_gpu)
    link = {"path": "/usr/bin/nvidia-cdi-hook", "args": ["nvidia-cdi-hook", "create-symlinks", "--link", "a::/b"],
            "env": ["NVIDIA_CTK_DEBUG=false"]}
    declared = json.dumps({"containerEdits": {"hooks": [{"hookName": "createContainer"} | link]}})
    with_cdi = HOST.replace("[/usr/bin/dockerd]", "[/usr/bin/dockerd, /usr/bin/nvidia-cdi-hook]").replace(
        "files:\n", f"files:\n  /etc/cdi/nvidia.json: '{declared}'\n")
    docker_case("hook-cdi", "docker run --device nvidia.com/gpu=all: word for word what a file of root's names",
                replaced("hooks", {"createContainer": [link]}), host=with_cdi)


def rootfs_cases():
    docker_case("rootfs-host", "a container that would run on the host's own files", replaced("root/path", "/"))
    docker_case("rootfs-etc", "the same, in part, where the host only wants to be told otherwise",
                replaced("root/path", "/etc/ssl"), policy=DEFAULT + "controls:\n  rootfs: {on_excess: refuse}\n")
    docker_case("rootfs-shared", "docker run -v /srv/x:/x:shared, as far as the root is concerned",
                replaced("linux/rootfsPropagation", "shared"))
    docker_case("rootfs-readonly", "a host that wants the root of every container read-only", lambda spec: None,
                policy=DEFAULT + "controls:\n  rootfs: {readonly: required}\n")


for section in (plain, privileged_cases, capability_cases, seccomp_cases, device_cases, path_and_mount_cases, source_cases, limit_cases,
                process_cases, field_cases, namespace_cases, user_cases, resource_cases, scheduling_cases, text_cases,
                hook_cases, rootfs_cases, waiver_cases):
    section()
