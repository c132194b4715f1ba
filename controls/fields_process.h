// /process, the whole of a process.json. Source: runtime-spec 1.3, config.md "Process".
#pragma once

#include "controls/fields_rows.h"

namespace hardened::controls::rows {

inline constexpr std::array kProcessFields{
    holder("/process"),
    owned("/process/terminal", boolean, "command"),
    harmless(
        "/process/consoleSize", object,
        "rows and columns of the container's own terminal: runc sets them on a pseudo terminal that it has "
        "made itself (config.md, consoleSize; TIOCSWINSZ in ioctl_tty(2))"),
    harmless("/process/consoleSize/height", number, "see consoleSize"),
    harmless("/process/consoleSize/width", number, "see consoleSize"),
    owned("/process/user", object, "user"),
    owned("/process/user/uid", number, "user"),
    owned("/process/user/gid", number, "user"),
    owned("/process/user/umask", number, "user"),
    owned("/process/user/additionalGids", list, "user"),
    owned("/process/user/additionalGids/*", number, "user"),
    // A Windows field (config.md, Windows User): runc on Linux does not read it, and so it is nobody's name.
    owned("/process/user/username", text, "user"),
    owned("/process/args", list, "command"),
    owned("/process/args/*", text, "command"),
    harmless("/process/commandLine", text,
             "a Windows field (config.md, commandLine): runc on Linux does not read it"),
    owned("/process/env", list, "command"),
    owned("/process/env/*", text, "command"),
    owned("/process/cwd", text, "command"),
    owned("/process/capabilities", object, "capabilities"),
    owned("/process/capabilities/bounding", list, "capabilities"),
    owned("/process/capabilities/bounding/*", text, "capabilities"),
    owned("/process/capabilities/effective", list, "capabilities"),
    owned("/process/capabilities/effective/*", text, "capabilities"),
    owned("/process/capabilities/inheritable", list, "capabilities"),
    owned("/process/capabilities/inheritable/*", text, "capabilities"),
    owned("/process/capabilities/permitted", list, "capabilities"),
    owned("/process/capabilities/permitted/*", text, "capabilities"),
    owned("/process/capabilities/ambient", list, "capabilities"),
    owned("/process/capabilities/ambient/*", text, "capabilities"),
    owned("/process/rlimits", list, "rlimits"),
    owned("/process/rlimits/*", object, "rlimits"),
    owned("/process/rlimits/*/type", text, "rlimits"),
    owned("/process/rlimits/*/hard", number, "rlimits"),
    owned("/process/rlimits/*/soft", number, "rlimits"),
    owned("/process/noNewPrivileges", boolean, "no_new_privileges"),
    owned("/process/apparmorProfile", text, "apparmor"),
    owned("/process/oomScoreAdj", number, "scheduling"),
    owned("/process/scheduler", object, "scheduling"),
    owned("/process/scheduler/policy", text, "scheduling"),
    owned("/process/scheduler/nice", number, "scheduling"),
    owned("/process/scheduler/priority", number, "scheduling"),
    owned("/process/scheduler/flags", list, "scheduling"),
    owned("/process/scheduler/flags/*", text, "scheduling"),
    owned("/process/scheduler/runtime", number, "scheduling"),
    owned("/process/scheduler/deadline", number, "scheduling"),
    owned("/process/scheduler/period", number, "scheduling"),
    owned("/process/selinuxLabel", text, "selinux"),
    owned("/process/ioPriority", object, "scheduling"),
    owned("/process/ioPriority/class", text, "scheduling"),
    owned("/process/ioPriority/priority", number, "scheduling"),
    harmless(
        "/process/execCPUAffinity", object,
        "processors for the runtime's own start of an exec and for its program: any process may choose among "
        "those of its cpuset, without a privilege (sched_setaffinity(2))"),
    harmless("/process/execCPUAffinity/initial", text, "see execCPUAffinity"),
    harmless("/process/execCPUAffinity/final", text, "see execCPUAffinity"),
};

}  // namespace hardened::controls::rows
