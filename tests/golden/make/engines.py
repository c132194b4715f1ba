"""What engines write for a plain container, in the order of fields of the specification's Go types."""
import copy

import profiles

ID = "4f1c" * 16
SHORT = ID[:12]
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
UNLIMITED = 18446744073709551615

DOCKER_CAPS = ["CAP_" + name for name in (
    "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL "
    "AUDIT_WRITE").split()]
PODMAN_CAPS = ["CAP_" + name for name in (
    "CHOWN DAC_OVERRIDE FOWNER FSETID KILL NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT").split()]
ALL_CAPS = ["CAP_" + name for name in (
    "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE "
    "NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN "
    "SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE "
    "MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE").split()]


def capabilities(names):
    return {kind: list(names) for kind in ("bounding", "effective", "permitted")}


def mount(destination, kind, source, *options):
    return {"destination": destination, "type": kind, "source": source, "options": list(options)}


def rule(allow, kind=None, major=None, minor=None, access="rwm"):
    parts = {"allow": allow, "type": kind, "major": major, "minor": minor, "access": access}
    return {key: value for key, value in parts.items() if value is not None}


def characters(*numbers):
    return [rule(True, "c", major, minor) for major, minor in numbers]


def namespaces(*kinds):
    return [{"type": kind} for kind in kinds]


READONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]


# Docker

DOCKER_RULES = [rule(False), *characters((1, 5), (1, 3), (1, 9), (1, 8), (5, 0), (5, 1)), rule(False, "c", 10, 229)]
DOCKER_MASKED = ["/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
                 "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware"]
DOCKER_MASKED_29 = ["/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
                    "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats",
                    "/sys/devices/virtual/powercap", "/sys/firmware", "/sys/devices/system/cpu/cpu0/thermal_throttle",
                    "/sys/devices/system/cpu/cpu1/thermal_throttle"]
DOCKER_SPEC = {20: "1.0.2-dev", 24: "1.1.0-rc.2", 26: "1.1.0", 28: "1.2.0", 29: "1.3.0"}


def docker_bind(name):
    return mount(f"/etc/{name}", "bind", f"/var/lib/docker/containers/{ID}/{name}", "rbind", "rprivate")


def docker_mounts():
    return [
        mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
        mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
        mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
        mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
        mount("/sys/fs/cgroup", "cgroup", "cgroup", "ro", "nosuid", "noexec", "nodev"),
        mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
        mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=67108864"),
        docker_bind("resolv.conf"), docker_bind("hostname"), docker_bind("hosts")]


def docker_process(major):
    process = {"user": {"uid": 0, "gid": 0, "additionalGids": [0]}, "args": ["sh", "-c", "true <&1 >/dev/null"],
               "env": [PATH, f"HOSTNAME={SHORT}"], "cwd": "/", "capabilities": capabilities(DOCKER_CAPS)}
    if major >= 24:
        process["apparmorProfile"] = "docker-default"
    process["oomScoreAdj"] = 0
    return process


def docker_masked(major):
    if major >= 29:
        return list(DOCKER_MASKED_29)
    return DOCKER_MASKED[:9] + (["/sys/devices/virtual/powercap"] if major >= 24 else []) + DOCKER_MASKED[9:]


def docker_resources(major):
    devices = copy.deepcopy(DOCKER_RULES)
    if major < 24:
        return {"devices": devices, "memory": {"disableOOMKiller": False}, "cpu": {"shares": 0}, "blockIO": {"weight": 0}}
    doubled = devices + copy.deepcopy(DOCKER_RULES)  # appended to itself since 24
    if major < 29:
        return {"devices": doubled, "memory": {}, "cpu": {"shares": 0}, "blockIO": {"weight": 0}}
    return {"devices": doubled}


def docker(major):
    """`docker run IMAGE sh -c …`, no flag."""
    kinds = ["mount", "network", "uts", "pid", "ipc"]
    kinds += ["cgroup"] if major >= 24 else []  # with cgroup v2; 20.10 was seen on v1
    kinds += ["time"] if major >= 29 else []
    spec = {"ociVersion": DOCKER_SPEC[major], "process": docker_process(major),
            "root": {"path": f"/var/lib/docker/overlay2/{'9a' * 32}/merged"}, "hostname": SHORT,
            "mounts": docker_mounts()}
    if major < 28:
        arguments = ["libnetwork-setkey", "-exec-root=/var/run/docker", ID, "2eadd96acff0"]
        spec["hooks"] = {"prestart": [{"path": "/proc/4321/exe", "args": arguments}]}
    sysctl = {"net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.ping_group_range": "0 2147483647"}
    group = f"/docker/{ID}" if major < 24 else f"system.slice:docker:{ID}"
    spec["linux"] = {"sysctl": sysctl, "resources": docker_resources(major), "cgroupsPath": group,
                     "namespaces": namespaces(*kinds), "seccomp": profiles.docker(major, DOCKER_CAPS),
                     "maskedPaths": docker_masked(major), "readonlyPaths": list(READONLY)}
    return spec


# containerd 1.6, `ctr run`

CONTAINERD_MASKED = ["/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
                     "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi"]


def containerd(seccomp=False):
    devices = [rule(False), *characters((1, 3), (1, 8), (1, 7), (5, 0), (1, 5), (1, 9), (5, 1)), rule(True, "c", 136),
               rule(True, "c", 5, 2)]
    plain = ("nosuid", "noexec", "nodev")
    spec = {
        "ociVersion": "1.0.2-dev",
        "process": {"user": {"uid": 0, "gid": 0}, "args": ["/bin/true"], "env": [PATH], "cwd": "/",
                    "capabilities": capabilities(DOCKER_CAPS),
                    "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024}], "noNewPrivileges": True},
        "root": {"path": "rootfs"},
        "mounts": [
            mount("/proc", "proc", "proc", *plain),
            mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
            mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
            mount("/dev/shm", "tmpfs", "shm", *plain, "mode=1777", "size=65536k"),
            mount("/dev/mqueue", "mqueue", "mqueue", *plain),
            mount("/sys", "sysfs", "sysfs", *plain, "ro"),
            mount("/run", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k")],
        "linux": {"resources": {"devices": devices, "cpu": {"shares": 1024}}, "cgroupsPath": "/default/web",
                  "namespaces": namespaces("pid", "ipc", "uts", "mount", "network")}}
    if seccomp:
        spec["linux"]["seccomp"] = profiles.containerd_1_6(DOCKER_CAPS)
    spec["linux"]["maskedPaths"] = list(CONTAINERD_MASKED)
    spec["linux"]["readonlyPaths"] = list(READONLY)
    return spec


# Podman 4.3.1, root

PODMAN_MASKED = ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
                 "/proc/sched_debug", "/proc/scsi", "/sys/firmware", "/sys/fs/selinux", "/sys/dev/block"]


def podman():
    run = f"/run/containers/storage/overlay-containers/{ID}/userdata"
    plain = ("nosuid", "noexec", "nodev")

    def own(destination, name, *options):
        return mount(destination, "bind", f"{run}/{name}", "bind", "rprivate", *options)

    shm = f"/var/lib/containers/storage/overlay-containers/{ID}/userdata/shm"
    notes = {"io.container.manager": "libpod", "io.kubernetes.cri-o.Created": "2026-11-22T01:06:00.874518763Z",
             "io.kubernetes.cri-o.TTY": "false", "io.podman.annotations.autoremove": "TRUE",
             "io.podman.annotations.init": "FALSE", "io.podman.annotations.privileged": "FALSE",
             "io.podman.annotations.publish-all": "FALSE", "org.opencontainers.image.stopSignal": "15"}
    return {
        "ociVersion": "1.0.2-dev",
        "process": {"user": {"uid": 0, "gid": 0, "umask": 18}, "args": ["true"],
                    "env": [PATH, "TERM=xterm", "container=podman", "HOME=/root", f"HOSTNAME={SHORT}"], "cwd": "/",
                    "capabilities": capabilities(PODMAN_CAPS),
                    "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1048576, "soft": 1048576},
                                {"type": "RLIMIT_NPROC", "hard": 4194304, "soft": 4194304}]},
        "root": {"path": f"/var/lib/containers/storage/overlay/{'9a' * 32}/merged"}, "hostname": SHORT,
        "mounts": [
            mount("/proc", "proc", "proc", *plain),
            mount("/dev", "tmpfs", "tmpfs", "nosuid", "noexec", "strictatime", "mode=755", "size=65536k"),
            mount("/sys", "sysfs", "sysfs", *plain, "ro"),
            mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
            mount("/dev/mqueue", "mqueue", "mqueue", *plain),
            own("/etc/hosts", "hosts"), mount("/dev/shm", "bind", shm, "bind", "rprivate", *plain),
            own("/run/.containerenv", ".containerenv"), own("/etc/hostname", "hostname"),
            mount("/sys/fs/cgroup", "cgroup", "cgroup", "rprivate", *plain, "relatime", "ro")],
        "annotations": notes,
        "linux": {"sysctl": {"net.ipv4.ping_group_range": "0 0"},
                  "resources": {"devices": [rule(False)], "pids": {"limit": 2048}},
                  "cgroupsPath": f"/libpod_parent/libpod-{ID}",
                  "namespaces": namespaces("pid", "network", "ipc", "uts", "mount"),
                  "seccomp": profiles.podman_4_3(PODMAN_CAPS), "maskedPaths": list(PODMAN_MASKED),
                  "readonlyPaths": ["/proc/asound", *READONLY]}}
