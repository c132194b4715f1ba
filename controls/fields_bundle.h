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
    owned("/root", object, "rootfs"),
    owned("/root/path", text, "rootfs"),
    owned("/root/readonly", boolean, "rootfs"),
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
    owned("/hooks", object, "hooks"),
    // Deprecated since 1.0.2 of the specification; Docker up to 27 and the NVIDIA toolkit use it.
    owned("/hooks/prestart", list, "hooks"),
    owned("/hooks/prestart/*", object, "hooks"),
    owned("/hooks/prestart/*/path", text, "hooks"),
    owned("/hooks/prestart/*/args", list, "hooks"),
    owned("/hooks/prestart/*/args/*", text, "hooks"),
    owned("/hooks/prestart/*/env", list, "hooks"),
    owned("/hooks/prestart/*/env/*", text, "hooks"),
    owned("/hooks/prestart/*/timeout", number, "hooks"),
    owned("/hooks/createRuntime", list, "hooks"),
    owned("/hooks/createRuntime/*", object, "hooks"),
    owned("/hooks/createRuntime/*/path", text, "hooks"),
    owned("/hooks/createRuntime/*/args", list, "hooks"),
    owned("/hooks/createRuntime/*/args/*", text, "hooks"),
    owned("/hooks/createRuntime/*/env", list, "hooks"),
    owned("/hooks/createRuntime/*/env/*", text, "hooks"),
    owned("/hooks/createRuntime/*/timeout", number, "hooks"),
    owned("/hooks/createContainer", list, "hooks"),
    owned("/hooks/createContainer/*", object, "hooks"),
    owned("/hooks/createContainer/*/path", text, "hooks"),
    owned("/hooks/createContainer/*/args", list, "hooks"),
    owned("/hooks/createContainer/*/args/*", text, "hooks"),
    owned("/hooks/createContainer/*/env", list, "hooks"),
    owned("/hooks/createContainer/*/env/*", text, "hooks"),
    owned("/hooks/createContainer/*/timeout", number, "hooks"),
    owned("/hooks/startContainer", list, "hooks"),
    owned("/hooks/startContainer/*", object, "hooks"),
    owned("/hooks/startContainer/*/path", text, "hooks"),
    owned("/hooks/startContainer/*/args", list, "hooks"),
    owned("/hooks/startContainer/*/args/*", text, "hooks"),
    owned("/hooks/startContainer/*/env", list, "hooks"),
    owned("/hooks/startContainer/*/env/*", text, "hooks"),
    owned("/hooks/startContainer/*/timeout", number, "hooks"),
    owned("/hooks/poststart", list, "hooks"),
    owned("/hooks/poststart/*", object, "hooks"),
    owned("/hooks/poststart/*/path", text, "hooks"),
    owned("/hooks/poststart/*/args", list, "hooks"),
    owned("/hooks/poststart/*/args/*", text, "hooks"),
    owned("/hooks/poststart/*/env", list, "hooks"),
    owned("/hooks/poststart/*/env/*", text, "hooks"),
    owned("/hooks/poststart/*/timeout", number, "hooks"),
    owned("/hooks/poststop", list, "hooks"),
    owned("/hooks/poststop/*", object, "hooks"),
    owned("/hooks/poststop/*/path", text, "hooks"),
    owned("/hooks/poststop/*/args", list, "hooks"),
    owned("/hooks/poststop/*/args/*", text, "hooks"),
    owned("/hooks/poststop/*/env", list, "hooks"),
    owned("/hooks/poststop/*/env/*", text, "hooks"),
    owned("/hooks/poststop/*/timeout", number, "hooks"),
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
