// The top of config.json, but for /process and /linux. Source: runtime-spec 1.3, config.md.
#pragma once

#include "controls/fields_rows.h"

namespace hardened::controls::rows {

inline constexpr std::array kTopFields{
    holder(""),
    harmless(
        "/ociVersion", text,
        "names the specification that the document follows (config.md, Specification version): what a later "
        "one adds is met field by field; runc does not compare it, crun and youki do themselves"),
};

inline constexpr std::array kBundleFields{
    waiting("/root", object, "rootfs"),
    waiting("/root/path", text, "rootfs"),
    waiting("/root/readonly", boolean, "rootfs"),
    harmless("/hostname", text,
             "only inside the container's own UTS namespace: without one runc refuses it (libcontainer "
             "configs/validate, uts); which UTS namespace that is, namespaces decides"),
    harmless("/domainname", text,
             "only inside the container's own UTS namespace: without one runc refuses it (libcontainer "
             "configs/validate, uts); which UTS namespace that is, namespaces decides"),
    // One list, two owners: system_mounts has the runtime's own proc, sysfs, cgroup, dev and mqueue entries,
    // mounts has all others.
    owned("/mounts", list, "mounts", "system_mounts"),
    owned("/mounts/*", object, "mounts", "system_mounts"),
    owned("/mounts/*/destination", text, "mounts", "system_mounts"),
    owned("/mounts/*/type", text, "mounts", "system_mounts"),
    owned("/mounts/*/source", text, "mounts", "system_mounts"),
    owned("/mounts/*/options", list, "mounts", "system_mounts"),
    owned("/mounts/*/options/*", text, "mounts", "system_mounts"),
    owned("/mounts/*/uidMappings", list, "mounts", "system_mounts"),
    owned("/mounts/*/uidMappings/*", object, "mounts", "system_mounts"),
    owned("/mounts/*/uidMappings/*/containerID", number, "mounts", "system_mounts"),
    owned("/mounts/*/uidMappings/*/hostID", number, "mounts", "system_mounts"),
    owned("/mounts/*/uidMappings/*/size", number, "mounts", "system_mounts"),
    owned("/mounts/*/gidMappings", list, "mounts", "system_mounts"),
    owned("/mounts/*/gidMappings/*", object, "mounts", "system_mounts"),
    owned("/mounts/*/gidMappings/*/containerID", number, "mounts", "system_mounts"),
    owned("/mounts/*/gidMappings/*/hostID", number, "mounts", "system_mounts"),
    owned("/mounts/*/gidMappings/*/size", number, "mounts", "system_mounts"),
    waiting("/hooks", object, "hooks"),
    // Deprecated since 1.0.2 of the specification; Docker up to 27 and the NVIDIA toolkit use it.
    waiting("/hooks/prestart", list, "hooks"),
    waiting("/hooks/prestart/*", object, "hooks"),
    waiting("/hooks/prestart/*/path", text, "hooks"),
    waiting("/hooks/prestart/*/args", list, "hooks"),
    waiting("/hooks/prestart/*/args/*", text, "hooks"),
    waiting("/hooks/prestart/*/env", list, "hooks"),
    waiting("/hooks/prestart/*/env/*", text, "hooks"),
    waiting("/hooks/prestart/*/timeout", number, "hooks"),
    waiting("/hooks/createRuntime", list, "hooks"),
    waiting("/hooks/createRuntime/*", object, "hooks"),
    waiting("/hooks/createRuntime/*/path", text, "hooks"),
    waiting("/hooks/createRuntime/*/args", list, "hooks"),
    waiting("/hooks/createRuntime/*/args/*", text, "hooks"),
    waiting("/hooks/createRuntime/*/env", list, "hooks"),
    waiting("/hooks/createRuntime/*/env/*", text, "hooks"),
    waiting("/hooks/createRuntime/*/timeout", number, "hooks"),
    waiting("/hooks/createContainer", list, "hooks"),
    waiting("/hooks/createContainer/*", object, "hooks"),
    waiting("/hooks/createContainer/*/path", text, "hooks"),
    waiting("/hooks/createContainer/*/args", list, "hooks"),
    waiting("/hooks/createContainer/*/args/*", text, "hooks"),
    waiting("/hooks/createContainer/*/env", list, "hooks"),
    waiting("/hooks/createContainer/*/env/*", text, "hooks"),
    waiting("/hooks/createContainer/*/timeout", number, "hooks"),
    waiting("/hooks/startContainer", list, "hooks"),
    waiting("/hooks/startContainer/*", object, "hooks"),
    waiting("/hooks/startContainer/*/path", text, "hooks"),
    waiting("/hooks/startContainer/*/args", list, "hooks"),
    waiting("/hooks/startContainer/*/args/*", text, "hooks"),
    waiting("/hooks/startContainer/*/env", list, "hooks"),
    waiting("/hooks/startContainer/*/env/*", text, "hooks"),
    waiting("/hooks/startContainer/*/timeout", number, "hooks"),
    waiting("/hooks/poststart", list, "hooks"),
    waiting("/hooks/poststart/*", object, "hooks"),
    waiting("/hooks/poststart/*/path", text, "hooks"),
    waiting("/hooks/poststart/*/args", list, "hooks"),
    waiting("/hooks/poststart/*/args/*", text, "hooks"),
    waiting("/hooks/poststart/*/env", list, "hooks"),
    waiting("/hooks/poststart/*/env/*", text, "hooks"),
    waiting("/hooks/poststart/*/timeout", number, "hooks"),
    waiting("/hooks/poststop", list, "hooks"),
    waiting("/hooks/poststop/*", object, "hooks"),
    waiting("/hooks/poststop/*/path", text, "hooks"),
    waiting("/hooks/poststop/*/args", list, "hooks"),
    waiting("/hooks/poststop/*/args/*", text, "hooks"),
    waiting("/hooks/poststop/*/env", list, "hooks"),
    waiting("/hooks/poststop/*/env/*", text, "hooks"),
    waiting("/hooks/poststop/*/timeout", number, "hooks"),
    owned("/annotations", map, "annotations"),
    // Annotations that crun takes for more than notes (seccomp_crun.h).
    owned("/annotations/run.oci.seccomp_bpf_data", text, "seccomp"),
    owned("/annotations/run.oci.seccomp_bpf_file", text, "seccomp"),
    owned("/annotations/run.oci.seccomp.plugins", text, "seccomp"),
    owned("/annotations/run.oci.seccomp.receiver", text, "seccomp"),
    owned("/annotations/*", text, "annotations"),
};

// What follows /linux. runc decodes these sections and reads none of them on Linux (specs-go marks each with
// its platform); they are `other` all the same, because another low-level runtime may read `vm`.
inline constexpr std::array kOtherPlatformFields{
    owned("/solaris", anything, "other"), owned("/windows", anything, "other"),
    owned("/vm", anything, "other"),      owned("/zos", anything, "other"),
    owned("/freebsd", anything, "other"),
};

}  // namespace hardened::controls::rows
