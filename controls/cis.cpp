#include "controls/cis.h"

#include <algorithm>
#include <array>

namespace hardened::controls {
namespace {

constexpr CisId five(std::uint8_t number) { return {5, number}; }

constexpr std::array kRows{
    CisRow{{4, 1}, "user", "/process/user", "", "create"},
    CisRow{five(2), "apparmor"},
    CisRow{five(3), "selinux"},
    CisRow{five(4), "capabilities"},
    CisRow{five(5), "privileged", "", "", "create"},
    CisRow{five(6), "mounts", "/mounts", "source"},
    CisRow{five(10), "namespaces", "/linux/namespaces", "network"},
    CisRow{five(11), "resources", "/linux/resources/memory"},
    CisRow{five(11), "resources", "/linux/resources/unified/memory."},
    CisRow{five(12), "resources", "/linux/resources/cpu"},
    CisRow{five(12), "resources", "/linux/resources/unified/cpu."},
    CisRow{five(13), "rootfs", "/root/readonly"},
    CisRow{five(16), "namespaces", "/linux/namespaces", "pid"},
    CisRow{five(17), "namespaces", "/linux/namespaces", "ipc"},
    CisRow{five(18), "devices"},
    CisRow{five(19), "rlimits"},
    CisRow{five(20), "mounts", "/mounts", "propagation"},
    CisRow{five(20), "rootfs", "/linux/rootfsPropagation"},
    CisRow{five(21), "namespaces", "/linux/namespaces", "uts"},
    CisRow{five(22), "seccomp"},
    CisRow{five(23), "privileged", "", "", "exec"},
    CisRow{five(23), "capabilities", "/process/capabilities", "", "exec"},
    CisRow{five(23), "apparmor", "/process/apparmorProfile", "", "exec"},
    CisRow{five(24), "user", "/process/user", "", "exec"},
    CisRow{five(25), "resources", "/linux/cgroupsPath"},
    CisRow{five(26), "no_new_privileges"},
    CisRow{five(29), "pids"},
    CisRow{five(31), "namespaces", "/linux/namespaces", "user"},
    CisRow{five(31), "namespaces", "/linux/uidMappings"},
    CisRow{five(31), "namespaces", "/linux/gidMappings"},
    CisRow{five(32), "mounts", "/mounts", "socket"},
};

constexpr std::array kUnseen{
    CisUnseen{five(1), "swarm mode is a setting of the engine"},
    CisUnseen{five(7), "what a program does is not bounded by its name: an image may call its sshd anything"},
    CisUnseen{five(8), "ports of the host are opened by the engine's proxy, before a runtime is called"},
    CisUnseen{five(9), "ports of the host are opened by the engine's proxy, before a runtime is called"},
    CisUnseen{five(14), "ports of the host are opened by the engine's proxy, before a runtime is called"},
    CisUnseen{five(15), "the engine restarts containers; to a runtime each start is a create"},
    CisUnseen{five(27), "the engine runs health checks; to a runtime each is an exec like others"},
    CisUnseen{five(28), "the engine resolves an image's name before it unpacks it"},
    CisUnseen{five(30), "the engine connects the bridge to a network namespace that looks like any other"},
};

// A pointer that ends in a dot is the beginning of a key: "unified/memory." of "unified/memory.max".
bool lies_below(std::string_view pointer, std::string_view top) {
  if (!pointer.starts_with(top)) return false;
  return top.empty() || pointer.size() == top.size() || top.back() == '.' || pointer[top.size()] == '/';
}

bool is_about(const CisRow& row, const std::vector<Change>& changes) {
  if (row.pointer.empty() && row.aspect.empty()) return true;
  return std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
    return lies_below(change.pointer, row.pointer) && (row.aspect.empty() || change.aspect == row.aspect);
  });
}

}  // namespace

std::string print(CisId id) { return std::to_string(id.section) + "." + std::to_string(id.number); }

std::span<const CisRow> cis_rows() { return kRows; }
std::span<const CisUnseen> cis_unseen() { return kUnseen; }

CisIds cis_ids(std::string_view control, const std::vector<Change>& changes, std::string_view call) {
  const std::string_view same_as = call == "run" ? "create" : call;
  CisIds ids;
  for (const CisRow& row : kRows) {
    const bool of_call = row.call.empty() || row.call == same_as;
    if (row.control == control && of_call && is_about(row, changes)) ids.insert(row.id);
  }
  return ids;
}

}  // namespace hardened::controls
