// /linux/resources, the whole of what `update` reads. Source: runtime-spec 1.3, config-linux.md "Control
// groups".
#pragma once

#include "controls/fields_rows.h"

namespace hardened::controls::rows {

inline constexpr std::array kResourceFields{
    holder("/linux/resources"),
    owned("/linux/resources/devices", list, "devices"),
    owned("/linux/resources/devices/*", object, "devices"),
    owned("/linux/resources/devices/*/allow", boolean, "devices"),
    owned("/linux/resources/devices/*/type", text, "devices"),
    owned("/linux/resources/devices/*/major", number, "devices"),
    owned("/linux/resources/devices/*/minor", number, "devices"),
    owned("/linux/resources/devices/*/access", text, "devices"),
    owned("/linux/resources/pids", object, "pids"),
    owned("/linux/resources/pids/limit", number, "pids"),
    holder("/linux/resources/memory"),
    owned("/linux/resources/memory/limit", number, "resources"),
    owned("/linux/resources/memory/reservation", number, "resources"),
    owned("/linux/resources/memory/swap", number, "resources"),
    // Kernel memory: for cgroup v1 of old kernels only, but Docker up to 23 sends it with each update.
    harmless("/linux/resources/memory/kernel", number,
             "a limit on the kernel's memory for the container, of cgroup v1; absent there is none "
             "(memory.rst, kmem)"),
    harmless("/linux/resources/memory/kernelTCP", number,
             "a limit on its TCP buffers, of cgroup v1; absent there is none (memory.rst, kmem.tcp)"),
    harmless(
        "/linux/resources/memory/swappiness", number,
        "how soon its own pages are swapped, of cgroup v1: within its own limits (memory.rst, swappiness)"),
    owned("/linux/resources/memory/disableOOMKiller", boolean, "resources"),
    harmless("/linux/resources/memory/useHierarchy", boolean,
             "how cgroup v1 counts what is below; always so since Linux 5.11 (memory.rst, use_hierarchy)"),
    harmless("/linux/resources/memory/checkBeforeUpdate", boolean,
             "makes the runtime refuse a limit below what is in use (config-linux.md, checkBeforeUpdate)"),
    holder("/linux/resources/cpu"),
    owned("/linux/resources/cpu/shares", number, "resources"),
    owned("/linux/resources/cpu/quota", number, "resources"),
    owned("/linux/resources/cpu/burst", number, "resources"),
    owned("/linux/resources/cpu/period", number, "resources"),
    owned("/linux/resources/cpu/realtimeRuntime", number, "resources"),
    owned("/linux/resources/cpu/realtimePeriod", number, "resources"),
    harmless(
        "/linux/resources/cpu/cpus", text,
        "processors among those of the cgroup above; absent it has them all (cgroup-v2.rst, cpuset.cpus)"),
    harmless(
        "/linux/resources/cpu/mems", text,
        "memory nodes among those of the cgroup above; absent it has them all (cgroup-v2.rst, cpuset.mems)"),
    harmless("/linux/resources/cpu/idle", number,
             "1 puts the container behind all others, 0 is what it has without (sched-design, cpu.idle)"),
    holder("/linux/resources/blockIO"),
    owned("/linux/resources/blockIO/weight", number, "resources"),
    owned("/linux/resources/blockIO/leafWeight", number, "resources"),
    owned("/linux/resources/blockIO/weightDevice", list, "resources"),
    owned("/linux/resources/blockIO/weightDevice/*", object, "resources"),
    owned("/linux/resources/blockIO/weightDevice/*/major", number, "resources"),
    owned("/linux/resources/blockIO/weightDevice/*/minor", number, "resources"),
    owned("/linux/resources/blockIO/weightDevice/*/weight", number, "resources"),
    owned("/linux/resources/blockIO/weightDevice/*/leafWeight", number, "resources"),
    harmless("/linux/resources/blockIO/throttleReadBpsDevice", list,
             "a rate that the container does not exceed on one device; absent there is none (cgroup-v2.rst, "
             "io.max)"),
    harmless("/linux/resources/blockIO/throttleReadBpsDevice/*", object, "see throttleReadBpsDevice"),
    harmless("/linux/resources/blockIO/throttleReadBpsDevice/*/major", number, "see throttleReadBpsDevice"),
    harmless("/linux/resources/blockIO/throttleReadBpsDevice/*/minor", number, "see throttleReadBpsDevice"),
    harmless("/linux/resources/blockIO/throttleReadBpsDevice/*/rate", number, "see throttleReadBpsDevice"),
    harmless("/linux/resources/blockIO/throttleWriteBpsDevice", list,
             "a rate that the container does not exceed on one device; absent there is none (cgroup-v2.rst, "
             "io.max)"),
    harmless("/linux/resources/blockIO/throttleWriteBpsDevice/*", object, "see throttleWriteBpsDevice"),
    harmless("/linux/resources/blockIO/throttleWriteBpsDevice/*/major", number, "see throttleWriteBpsDevice"),
    harmless("/linux/resources/blockIO/throttleWriteBpsDevice/*/minor", number, "see throttleWriteBpsDevice"),
    harmless("/linux/resources/blockIO/throttleWriteBpsDevice/*/rate", number, "see throttleWriteBpsDevice"),
    harmless("/linux/resources/blockIO/throttleReadIOPSDevice", list,
             "a rate that the container does not exceed on one device; absent there is none (cgroup-v2.rst, "
             "io.max)"),
    harmless("/linux/resources/blockIO/throttleReadIOPSDevice/*", object, "see throttleReadIOPSDevice"),
    harmless("/linux/resources/blockIO/throttleReadIOPSDevice/*/major", number, "see throttleReadIOPSDevice"),
    harmless("/linux/resources/blockIO/throttleReadIOPSDevice/*/minor", number, "see throttleReadIOPSDevice"),
    harmless("/linux/resources/blockIO/throttleReadIOPSDevice/*/rate", number, "see throttleReadIOPSDevice"),
    harmless("/linux/resources/blockIO/throttleWriteIOPSDevice", list,
             "a rate that the container does not exceed on one device; absent there is none (cgroup-v2.rst, "
             "io.max)"),
    harmless("/linux/resources/blockIO/throttleWriteIOPSDevice/*", object, "see throttleWriteIOPSDevice"),
    harmless("/linux/resources/blockIO/throttleWriteIOPSDevice/*/major", number,
             "see throttleWriteIOPSDevice"),
    harmless("/linux/resources/blockIO/throttleWriteIOPSDevice/*/minor", number,
             "see throttleWriteIOPSDevice"),
    harmless("/linux/resources/blockIO/throttleWriteIOPSDevice/*/rate", number,
             "see throttleWriteIOPSDevice"),
    harmless("/linux/resources/hugepageLimits", list,
             "a limit on huge pages of one size; absent there is none (cgroup-v2.rst, "
             "hugetlb.<hugepagesize>.max)"),
    harmless("/linux/resources/hugepageLimits/*", object, "see hugepageLimits"),
    harmless("/linux/resources/hugepageLimits/*/pageSize", text, "see hugepageLimits"),
    harmless("/linux/resources/hugepageLimits/*/limit", number, "see hugepageLimits"),
    owned("/linux/resources/network", object, "resources"),
    owned("/linux/resources/network/classID", number, "resources"),
    owned("/linux/resources/network/priorities", list, "resources"),
    owned("/linux/resources/network/priorities/*", object, "resources"),
    owned("/linux/resources/network/priorities/*/name", text, "resources"),
    owned("/linux/resources/network/priorities/*/priority", number, "resources"),
    harmless("/linux/resources/rdma", map,
             "limits on handles and objects of a host channel adapter; absent there are none (cgroup-v2.rst, "
             "rdma.max)"),
    harmless("/linux/resources/rdma/*", object, "see rdma, above"),
    harmless("/linux/resources/rdma/*/hcaHandles", number, "see rdma, above"),
    harmless("/linux/resources/rdma/*/hcaObjects", number, "see rdma, above"),
    // runc writes these last, over all of the above.
    owned("/linux/resources/unified", map, "resources"),
    owned("/linux/resources/unified/pids.max", text, "pids"),
    owned("/linux/resources/unified/*", text, "resources"),
};

}  // namespace hardened::controls::rows
