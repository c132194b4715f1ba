// The names of Linux capabilities by their numbers, capabilities(7) as of Linux 5.9 (CAP_CHECKPOINT_RESTORE,
// 40).
//
//   capability_name(21)                == "CAP_SYS_ADMIN"
//   capability_number("CAP_SYS_ADMIN") == 21
//   capability_number("sys_admin")     == nothing: exact, as runc reads them
//
// Source: include/uapi/linux/capability.h. The numbers are the kernel's interface and never change.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace hardened {

inline constexpr std::array<std::string_view, 41> kCapabilityNames{"CAP_CHOWN",
                                                                   "CAP_DAC_OVERRIDE",
                                                                   "CAP_DAC_READ_SEARCH",
                                                                   "CAP_FOWNER",
                                                                   "CAP_FSETID",
                                                                   "CAP_KILL",
                                                                   "CAP_SETGID",
                                                                   "CAP_SETUID",
                                                                   "CAP_SETPCAP",
                                                                   "CAP_LINUX_IMMUTABLE",
                                                                   "CAP_NET_BIND_SERVICE",
                                                                   "CAP_NET_BROADCAST",
                                                                   "CAP_NET_ADMIN",
                                                                   "CAP_NET_RAW",
                                                                   "CAP_IPC_LOCK",
                                                                   "CAP_IPC_OWNER",
                                                                   "CAP_SYS_MODULE",
                                                                   "CAP_SYS_RAWIO",
                                                                   "CAP_SYS_CHROOT",
                                                                   "CAP_SYS_PTRACE",
                                                                   "CAP_SYS_PACCT",
                                                                   "CAP_SYS_ADMIN",
                                                                   "CAP_SYS_BOOT",
                                                                   "CAP_SYS_NICE",
                                                                   "CAP_SYS_RESOURCE",
                                                                   "CAP_SYS_TIME",
                                                                   "CAP_SYS_TTY_CONFIG",
                                                                   "CAP_MKNOD",
                                                                   "CAP_LEASE",
                                                                   "CAP_AUDIT_WRITE",
                                                                   "CAP_AUDIT_CONTROL",
                                                                   "CAP_SETFCAP",
                                                                   "CAP_MAC_OVERRIDE",
                                                                   "CAP_MAC_ADMIN",
                                                                   "CAP_SYSLOG",
                                                                   "CAP_WAKE_ALARM",
                                                                   "CAP_BLOCK_SUSPEND",
                                                                   "CAP_AUDIT_READ",
                                                                   "CAP_PERFMON",
                                                                   "CAP_BPF",
                                                                   "CAP_CHECKPOINT_RESTORE"};

// "" beyond the last one.
[[nodiscard]] constexpr std::string_view capability_name(unsigned number) {
  return number < kCapabilityNames.size() ? kCapabilityNames[number] : std::string_view{};
}

[[nodiscard]] constexpr std::optional<unsigned> capability_number(std::string_view name) {
  for (unsigned number = 0; number < kCapabilityNames.size(); ++number) {
    if (kCapabilityNames[number] == name) return number;
  }
  return std::nullopt;
}

static_assert(capability_number("CAP_SYS_ADMIN") == 21U && capability_number("CAP_BPF") == 39U);
static_assert(capability_number("CAP_SETFCAP") == 31U && capability_number("CAP_MKNOD") == 27U);

}  // namespace hardened
